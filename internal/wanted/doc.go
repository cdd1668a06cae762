// Package wanted is what the operator wants: the questions, their answers and
// checks, and the whole as one value. It is pure: nobody is asked here.
package wanted
