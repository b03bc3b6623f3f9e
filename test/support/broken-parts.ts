/** Pieces of broken JSON; many of one after the other make a text that a careless parser reads again and again. */
export const BROKEN_PARTS: readonly string[] = [
  '{', '"', '"a\n', '${', '"${', '/*', '\'a ', '\u00a0x', '"a": "b"\n', '{"Statement":["Sid":', '[{"a":1}', '{"Principal":{\n"Action":[',
];
