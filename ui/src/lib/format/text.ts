/** Splits a text into what a reader sees as one character each, such as an emoji of several code points. */
const graphemes = new Intl.Segmenter("en");

export function firstGrapheme(text: string): string {
  const [first] = graphemes.segment(text);
  return first?.segment ?? "";
}
