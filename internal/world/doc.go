// Package world is what was seen, as values: the directory, Exchange, what
// this computer holds and what its journal remembers. It is pure; package
// setup looks, and hands over what it saw.
package world
