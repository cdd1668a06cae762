// Package live proves on a real tenant what no page of Microsoft's says for
// sure. It is a test with the tag live: each case asks one question, says where
// the doubt comes from and what the answer would change, takes back what it
// made, and writes what was answered with every value masked. `make live` runs
// it against the sandbox; docs/live.md tells how a person runs it against a
// throw-away tenant.
package live
