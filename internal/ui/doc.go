// Package ui is the terminal: questions and answers, progress, plans, tables,
// colour and width, and the same as JSON events.
//
// Its rules:
//
//   - Results go to standard output, and nothing else does: with JSON one
//     object a line, with every key present and English texts.
//   - The conversation goes to standard error; questions and their answers to
//     the controlling terminal, so that pipes stay free.
//   - Every state is a glyph, a word and a colour, so that none of them is
//     needed to understand it. NO_COLOR and TERM=dumb switch colour off, a
//     locale without UTF-8 the glyphs.
//   - Text is wrapped to the terminal's width, at least 40; addresses, URLs
//     and values never are, so that they can be copied.
//   - What a person pastes or types for a sign-in is not echoed.
//   - A value for the terminal's clipboard is never seen.
//   - A secret.Value prints masked, here as everywhere.
package ui
