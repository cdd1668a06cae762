package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/wanted"
)

// maxAnswersFile is far more than all answers together.
const maxAnswersFile = 16 << 10

// readAnswers reads an answers file: a flat YAML map from question id to
// answer. "" is no file.
func readAnswers(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unusableAnswers(path, quoted(plainError(err)))
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxAnswersFile+1))
	if err != nil {
		return nil, unusableAnswers(path, quoted(plainError(err)))
	}
	if len(raw) > maxAnswersFile {
		return nil, unusableAnswers(path, msg.M("answers.too-large", "Limit", maxAnswersFile))
	}
	return parseAnswers(path, raw)
}

// parseAnswers refuses unknown keys, a key that comes twice, and answers that
// are lists or maps.
func parseAnswers(path string, raw []byte) (map[string]string, error) {
	raw = bytes.TrimPrefix(raw, byteOrderMark)
	if line := notText(raw); line > 0 {
		return nil, unusableAnswers(path, msg.M("answers.not-text", "Line", line))
	}
	doc, why := oneMap(raw)
	if !why.IsZero() {
		return nil, unusableAnswers(path, why)
	}
	answers := map[string]string{}
	for id, node := range doc {
		if _, known := wanted.FindQuestion(id); !known {
			return nil, unusableAnswers(path, meant(msg.M("usage.unknown-question", "ID", id), near.Word(id, questionIDs())))
		}
		answer, ok := plainAnswer(node)
		if !ok {
			return nil, unusableAnswers(path, msg.M("answers.not-an-answer", "ID", id))
		}
		answers[id] = answer
	}
	return answers, nil
}

func questionIDs() (ids []string) {
	for _, q := range wanted.Questions() {
		ids = append(ids, q.ID)
	}
	return ids
}

// byteOrderMark is what editors of Windows put before UTF-8. YAML allows it:
// https://yaml.org/spec/1.2.2/#52-character-encodings
var byteOrderMark = []byte("\uFEFF")

// notText is the first line that is not UTF-8, from 1; 0 where all are. What
// is not would be taken for U+FFFD.
func notText(raw []byte) int {
	number := 0
	for line := range bytes.Lines(raw) {
		number++
		if !utf8.Valid(line) {
			return number
		}
	}
	return 0
}

// oneMap reads the one document of a file; why is what hinders it.
func oneMap(raw []byte) (doc map[string]ast.Node, why msg.Message) {
	if nested(raw) {
		return nil, msg.M("answers.nested")
	}
	reader := yaml.NewDecoder(bytes.NewReader(raw))
	err := reader.Decode(&doc)
	if err != nil && !errors.Is(err, io.EOF) { // EOF is an empty file
		return nil, notAMap(err)
	}
	var next any
	if !errors.Is(reader.Decode(&next), io.EOF) {
		return nil, msg.M("answers.many-documents")
	}
	return doc, msg.Message{}
}

// maxNested is how often a list or a map may begin: the parser takes memory by
// the square of their depth, and nobody's answers have any.
const maxNested = 40

// nested says whether a file has far more beginnings of lists and maps than a
// flat map, before anybody parses it.
func nested(raw []byte) bool {
	if bytes.Count(raw, []byte("["))+bytes.Count(raw, []byte("{")) > maxNested {
		return true
	}
	for line := range bytes.Lines(raw) {
		begun := 0
		for word := range bytes.FieldsSeq(line) {
			if len(word) == 1 && bytes.ContainsAny(word, "-?:") || bytes.HasSuffix(word, []byte(":")) {
				begun++
			}
		}
		if begun > maxNested {
			return true
		}
	}
	return false
}

// notAMap says where and what the YAML library found wrong, where it says so.
func notAMap(err error) msg.Message {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return msg.M("answers.not-a-map")
	}
	return msg.M("answers.not-a-map-here", "Line", at.GetToken().Position.Line, "Said", at.GetMessage())
}

// plainAnswer is the text of a scalar as it stands in the file: 007 keeps its
// zeros.
func plainAnswer(node ast.Node) (string, bool) {
	switch node := node.(type) {
	case nil, *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return node.GetToken().Value, true
	}
	return "", false
}
