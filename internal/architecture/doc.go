// Package architecture holds the rules that no compiler checks: who may
// import whom, what may not be called, how long a function may be, and that
// the documents name what exists. It is tests only; each rule says why.
package architecture
