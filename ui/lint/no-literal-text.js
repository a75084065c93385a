/**
 * ESLint rule: visible text belongs in `src/strings/`. Reports words between the tags of a Lit template, in
 * its text attributes, in the expressions that fill them, and strings that look like sentences.
 */

const TEXT_ATTRIBUTES = "alt|aria-(?:label|description|roledescription|valuetext)|data-label|label|placeholder|title";
const WORD = /\p{L}{2}/u;
const SENTENCE = /^\p{Lu}\p{Ll}+ \S|^\p{L}[^<>{}]*\p{Ll} \p{Ll}[^<>{}]*[.?!:]$/u;
/** Properties of the objects that describe menus, fields, and messages. */
const TEXT_PROPERTIES = new Set(["label", "title", "hint", "about", "placeholder", "optional", "message", "advice"]);

/** Replaces an expression between two parts of a template. */
const HOLE = "\u0000";

/**
 * @param {string} markup the parts of a template, joined by `HOLE`
 * @returns {{words: string[], textHoles: Set<number>}} literal words, and which expressions become visible text
 */
export function readMarkup(markup) {
  const words = [];
  const textHoles = new Set();
  let hole = 0;
  const tokens = markup.replace(/<!--[\s\S]*?-->/g, "").matchAll(/<[^>]*>?|[^<]+/g);
  for (const [token] of tokens) {
    if (!token.startsWith("<")) {
      for (let index = 0; index < token.split(HOLE).length - 1; index += 1) textHoles.add(hole + index);
      const text = token.replaceAll(HOLE, " ").replace(/&\w+;/g, " ").trim();
      if (WORD.test(text)) words.push(text);
    } else {
      for (const [match, value = ""] of token.matchAll(new RegExp(`(?<=\\s)(?:${TEXT_ATTRIBUTES})=("[^"]*"|'[^']*'|\\S+)`, "g"))) {
        if (WORD.test(value.replaceAll(HOLE, " "))) words.push(match.replaceAll(HOLE, "…"));
        const before = token.slice(0, token.indexOf(match)).split(HOLE).length - 1;
        for (let index = 0; index < value.split(HOLE).length - 1; index += 1) textHoles.add(hole + before + index);
      }
    }
    hole += token.split(HOLE).length - 1;
  }
  return { words, textHoles };
}

/**
 * The literal nodes that an expression may evaluate to.
 *
 * @param {any} node
 * @returns {any[]}
 */
function literals(node) {
  switch (node.type) {
    case "Literal":
    case "TemplateLiteral":
      return [node];
    case "ConditionalExpression":
      return [...literals(node.consequent), ...literals(node.alternate)];
    case "LogicalExpression":
      return [...literals(node.left), ...literals(node.right)];
    default:
      return [];
  }
}

/** @param {any} node the literal text of a string or a template literal */
const textOf = (node) =>
  node.type === "Literal"
    ? typeof node.value === "string"
      ? node.value
      : ""
    : node.quasis.map((/** @type {any} */ quasi) => quasi.value.cooked).join(" ");

/** @type {any} */
export default {
  meta: { type: "problem", schema: [], messages: { text: "Move this text to src/strings/: {{text}}" } },
  create(/** @type {any} */ context) {
    const report = (/** @type {any} */ node, /** @type {string} */ text) =>
      context.report({ node, messageId: "text", data: { text: JSON.stringify(text.slice(0, 80)) } });
    return {
      TaggedTemplateExpression(/** @type {any} */ node) {
        if (node.tag.name !== "html") return;
        const markup = node.quasi.quasis.map((/** @type {any} */ { value }) => value.raw).join(HOLE);
        const { words, textHoles } = readMarkup(markup);
        for (const text of words) report(node, text);
        for (const [index, expression] of node.quasi.expressions.entries()) {
          if (!textHoles.has(index)) continue;
          for (const literal of literals(expression)) if (WORD.test(textOf(literal))) report(literal, textOf(literal));
        }
      },
      Property(/** @type {any} */ node) {
        if (!TEXT_PROPERTIES.has(node.key.name)) return;
        for (const literal of literals(node.value)) if (WORD.test(textOf(literal))) report(literal, textOf(literal));
      },
      Literal(/** @type {any} */ node) {
        if (typeof node.value === "string" && SENTENCE.test(node.value)) report(node, node.value);
      },
      TemplateLiteral(/** @type {any} */ node) {
        if (node.parent.type !== "TaggedTemplateExpression" && SENTENCE.test(textOf(node))) report(node, textOf(node));
      },
    };
  },
};
