package bundle

import (
	"bytes"
	"encoding/json"
)

// rewritten is a JSON document with other texts in it, and all else as it was:
// change gets each text with the name of the member that it stands in.
func rewritten(raw []byte, change func(member, text string) string) ([]byte, error) {
	r := rewriter{from: json.NewDecoder(bytes.NewReader(raw)), change: change}
	r.from.UseNumber()
	err := r.value("")
	return r.to.Bytes(), err
}

type rewriter struct {
	from   *json.Decoder
	to     bytes.Buffer
	change func(member, text string) string
}

func (r *rewriter) value(member string) error {
	token, err := r.from.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		return r.all(member, v)
	case string:
		return r.write(r.change(member, v))
	}
	return r.write(token)
}

// all are the members of an object, or the elements of a list.
func (r *rewriter) all(member string, opening json.Delim) error {
	r.to.WriteString(opening.String())
	for first := true; r.from.More(); first = false {
		if !first {
			r.to.WriteByte(',')
		}
		if opening == '{' {
			name, err := r.from.Token()
			if err != nil {
				return err
			}
			member, _ = name.(string)
			if err := r.write(member); err != nil {
				return err
			}
			r.to.WriteByte(':')
		}
		if err := r.value(member); err != nil {
			return err
		}
	}
	closing, err := r.from.Token()
	if err == nil {
		r.to.WriteString(closing.(json.Delim).String())
	}
	return err
}

func (r *rewriter) write(v any) error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	r.to.Write(bytes.TrimSpace(out.Bytes()))
	return err
}
