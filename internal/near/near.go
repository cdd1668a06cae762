// Package near finds the word that somebody meant who mistyped one of a known
// few: a command, a flag, a step, a code, an answer.
package near

import "strings"

// shortest is how much of a word must be there before another one that merely
// begins or ends with it is proposed.
const shortest = 3

// Word is the known word that is meant by what was typed, in whatever case: the
// one fewest mistakes away, a part of it being meant for the whole, else the
// first that begins or ends with what was typed, or has it inside; "" where none
// is near. What was typed right is meant.
func Word(typed string, known []string) string {
	folded := strings.ToLower(strings.TrimSpace(typed))
	best, fewest := "", 2+len(folded)/4 // one more than may be made in it
	for _, word := range known {
		if made := away(folded, strings.ToLower(word)); made < fewest {
			best, fewest = word, made
		}
	}
	if best != "" || len(folded) < shortest {
		return best
	}
	for _, within := range []func(s, part string) bool{strings.HasPrefix, strings.HasSuffix, strings.Contains} {
		for _, word := range known {
			if within(strings.ToLower(word), folded) {
				return word
			}
		}
	}
	return ""
}

// away is how far a word is, or a part of it, whose other parts are one mistake.
func away(typed, word string) int {
	fewest := mistakes([]rune(typed), []rune(word))
	for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == '.' || r == ' ' }) {
		fewest = min(fewest, mistakes([]rune(typed), []rune(part))+1)
	}
	return fewest
}

// mistakes are how many letters must be added, left out, replaced or swapped
// with the next one to make one word of another: the optimal string alignment
// distance.
func mistakes(from, to []rune) int {
	before, last := []int(nil), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			replaced := last[j]
			if from[i] != to[j] {
				replaced++
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, replaced)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(to)]
}
