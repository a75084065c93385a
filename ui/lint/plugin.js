/** The lint rules of this project. */
import noLiteralText from "./no-literal-text.js";

export default { meta: { name: "keystile" }, rules: { "no-literal-text": noLiteralText } };
