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
//     needed to understand it. NO_COLOR switches colour off, CLICOLOR_FORCE
//     on, a locale without UTF-8 the glyphs off.
//   - Where the screen is plain (Options.Plain, WXMAIL_PLAIN, TERM=dumb), not
//     one escape sequence is sent: it is asked and told by lines.
//   - What takes time is told of, at the foot of the screen each second, by
//     lines now and then where the cursor cannot be moved.
//   - While a question stands on the screen, nothing else is written.
//   - Text is wrapped to the terminal's width, from 40 to 100 columns;
//     addresses, URLs and values never are, so that they can be copied. Kana,
//     Han and Hangul take two columns each, what Unicode calls ambiguous one;
//     lines end where Unicode lets them.
//   - What a person pastes or types for a sign-in is not echoed.
//   - A value for the terminal's clipboard is never seen.
//   - A secret.Value prints masked, here as everywhere.
package ui
