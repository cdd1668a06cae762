package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"

	"wxmail/internal/setup"
)

// maxAnswersFile is far more than all answers together.
const maxAnswersFile = 64 << 10

// readAnswers reads an answers file: a flat YAML map from question id to
// answer. "" is no file.
func readAnswers(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &answersError{path, plainError(err)}
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxAnswersFile+1))
	if err != nil {
		return nil, &answersError{path, plainError(err)}
	}
	if len(raw) > maxAnswersFile {
		return nil, &answersError{path, fmt.Sprintf("larger than %d bytes", maxAnswersFile)}
	}
	return parseAnswers(path, raw)
}

// parseAnswers refuses unknown keys and answers that are lists or maps.
func parseAnswers(path string, raw []byte) (map[string]string, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, &answersError{path, "not a map of question ids to answers"}
	}
	answers := map[string]string{}
	for id, value := range doc {
		if _, known := setup.FindQuestion(id); !known {
			return nil, &answersError{path, fmt.Sprintf("unknown question %q; see wxmail help questions", printable(id))}
		}
		switch value := value.(type) {
		case nil:
			answers[id] = ""
		case string:
			answers[id] = value
		case bool, int, int64, uint64, float64:
			answers[id] = fmt.Sprint(value)
		default:
			return nil, &answersError{path, id + ": an answer is a text, a number or true or false"}
		}
	}
	return answers, nil
}
