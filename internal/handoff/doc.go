// Package handoff writes what another administrator has to do, where the
// operator lacks the role: for Exchange a script, made from the very plan of
// setup; for the directory the portal's pages, or the answers and the command
// with which wxmail does it there.
//
// The script judges nothing. It looks, compares what it sees with what the plan
// was made of, and runs the plan's cmdlets. Where something differs it changes
// nothing and writes down what is there; of that file a plan is made here, by
// the judge that setup has, and then the script that fits.
//
// The package is pure: it reads no network and no file.
package handoff
