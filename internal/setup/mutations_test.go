package setup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"wxmail/internal/advice"
	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// mutation is one field of one answer that is shown otherwise, in every answer
// of that kind.
type mutation struct {
	answer string // service and path; of a batch the id of its part too
	field  []any  // names and places that lead to it
	how    string
}

func (m mutation) String() string {
	text := m.answer
	for _, step := range m.field {
		text += "." + fmt.Sprint(step)
	}
	return text + ", " + m.how
}

// mutator stands between the sandbox and wxmail: it notes what is answered, and
// shows one field otherwise.
type mutator struct {
	mu   sync.Mutex
	seen map[string]any // a whole answer of each kind
	now  *mutation
}

func (m *mutator) tamper(client, service, path string, body []byte) []byte {
	var whole any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if client != "wxmail" || service != "graph" && service != "exchange" || decoder.Decode(&whole) != nil {
		return body
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, put := range answersIn(service+" "+guid.ReplaceAllString(path, "id"), &whole) {
		if _, known := m.seen[name]; !known || m.now == nil {
			m.seen[name] = put(nil)
		}
		if m.now != nil && m.now.answer == name {
			put(func(answer any) any { return m.now.show(answer, m.now.field) })
		}
	}
	shown, _ := json.Marshal(whole) // it was JSON
	return shown
}

// answersIn are the answers in one body, each with what puts another in its
// place: a batch has several.
func answersIn(name string, whole *any) map[string]func(func(any) any) any {
	all := map[string]func(func(any) any) any{}
	object, _ := (*whole).(map[string]any)
	parts, batch := object["responses"].([]any)
	if !batch {
		all[name] = func(change func(any) any) any {
			if change != nil {
				*whole = change(*whole)
			}
			return *whole
		}
		return all
	}
	for _, p := range parts {
		part, _ := p.(map[string]any)
		id, _ := part["id"].(string)
		if status, _ := part["status"].(json.Number); status != "200" {
			continue
		}
		all[name+" "+guid.ReplaceAllString(id, "id")] = func(change func(any) any) any {
			if change != nil {
				part["body"] = change(part["body"])
			}
			return part["body"]
		}
	}
	return all
}

// show is the value with the field shown otherwise.
func (m mutation) show(value any, field []any) any {
	if len(field) == 0 {
		return m.otherwise(value)
	}
	switch holder := value.(type) {
	case map[string]any:
		name, _ := field[0].(string)
		inner, there := holder[name]
		if !there {
			return value
		}
		shown := maps.Clone(holder)
		if shown[name] = m.show(inner, field[1:]); len(field) == 1 && m.how == "left out" {
			delete(shown, name)
		}
		return shown
	case []any:
		at, _ := field[0].(int)
		if at >= len(holder) {
			return value
		}
		shown := slices.Clone(holder)
		shown[at] = m.show(holder[at], field[1:])
		return shown
	}
	return value
}

func (m mutation) otherwise(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if m.how == "an extra field" || m.how == "a next link" {
			v = maps.Clone(v)
			v["somethingNew"] = map[string]any{"value": []int{1}}
			if m.how == "a next link" {
				host := map[bool]string{true: "https://graph.microsoft.com/v1.0/more", false: exchangeMore}[strings.HasPrefix(m.answer, "graph")]
				v["@odata.nextLink"] = host + "?$skiptoken=1"
			}
			return v
		}
	case []any:
		if m.how == "as a text" {
			var texts []string
			for _, item := range v {
				texts = append(texts, fmt.Sprint(item))
			}
			return strings.Join(texts, ", ")
		}
	case string:
		switch m.how {
		case "as a list":
			return []any{v}
		case "in capitals":
			return strings.ToUpper(v)
		}
	}
	if m.how == "null" {
		return nil
	}
	return value
}

// beside says whether what is wanted has to be put beside what is shown. A
// redirect URI in another case is another one, and so is a scope; of a secret
// whose answer made no sense nobody has the text, so the next run makes one.
// https://learn.microsoft.com/entra/identity-platform/reply-url
// https://www.rfc-editor.org/rfc/rfc6749#section-3.3
func (m mutation) beside(at string) bool {
	is := func(field, place string) bool {
		return m.how == "in capitals" && slices.Contains(m.field, any(field)) && strings.Contains(at, place)
	}
	return is("redirectUris", ".redirectUris.") || is("scope", ".oauth2PermissionGrants.") ||
		strings.HasSuffix(m.answer, "/addPassword") && strings.Contains(at, ".passwordCredentials.1")
}

const exchangeMore = "https://outlook.office365.com/adminapi/beta/00000000-0000-0000-0000-000000000000/InvokeCommand"

// firstOfList is how many elements of a list are looked at, each for itself.
const firstOfList = 3

// mutationsOf are all of an answer.
func mutationsOf(answer string, value any, field []any) (all []mutation) {
	add := func(ways ...string) {
		for _, how := range ways {
			all = append(all, mutation{answer, slices.Clone(field), how})
		}
	}
	if len(field) > 0 {
		if _, named := field[len(field)-1].(string); named {
			add("left out")
		}
		add("null")
	}
	switch v := value.(type) {
	case map[string]any:
		add("an extra field")
		if _, lists := v["value"].([]any); lists && len(field) == 0 {
			add("a next link")
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, mutationsOf(answer, v[name], append(slices.Clone(field), name))...)
		}
	case []any:
		add("as a text")
		for i := range min(len(v), firstOfList) {
			all = append(all, mutationsOf(answer, v[i], append(slices.Clone(field), i))...)
		}
	case string:
		add("as a list", "in capitals")
	}
	return all
}

// lane is a sandbox of its own, in which one run after the other is made.
type lane struct {
	*office
	mutator *mutator
	before  map[string]string // the tenant in which nothing was done
	clean   map[string]string // and as a clean run leaves it
}

func newLane(t *testing.T) *lane {
	m := &mutator{seen: map[string]any{}}
	dir := t.TempDir()
	opened, err := sandbox.Start(context.WithoutCancel(t.Context()), sandbox.Options{Dir: filepath.Join(dir, "sandbox"), Tamper: m.tamper})
	must(t, err)
	t.Cleanup(func() { _ = opened.Close() })
	l := &lane{office: &office{World: (&testkit.World{Dir: dir, Control: opened.Control()}).In(t), t: t}, mutator: m}
	l.Endpoints(map[string]any{"pollInterval": "20ms", "timeouts": map[string]any{"settle": "500ms"},
		"retry": map[string]any{"base": "1ms", "max": "5ms"}})
	l.fresh()
	l.before = l.state()
	well(t, l.goes(l.nobody(), whole()))
	l.clean = l.state()
	return l
}

// fresh makes a new tenant, in which somebody else has a policy and a rule.
func (l *lane) fresh() {
	l.afresh()
	l.Call("POST", "/outboundPolicies", map[string]any{"Name": "Theirs", "AutoForwardingMode": "Off"}, nil)
	l.Call("POST", "/outboundRules", map[string]any{"Name": "Theirs", "HostedOutboundSpamFilterPolicy": "Theirs",
		"From": []string{colleague}}, nil)
}

var (
	guid   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	moment = regexp.MustCompile(`\d{4}-\d\d-\d\d(T[0-9:.]+Z)?`)
	varied = regexp.MustCompile(`\.(hint|id|Guid|displayName)$|customKeyIdentifier|oauth2PermissionGrants.*\.id|appRoleAssignments.*\.id`)
)

// state is the tenant as values by where they stand, without what differs from
// run to run.
func (l *lane) state() map[string]string {
	l.t.Helper()
	var whole any
	l.Call("GET", "/state", nil, &whole)
	values := map[string]string{}
	flatten(values, "", whole)
	return values
}

func flatten(into map[string]string, at string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			flatten(into, at+"."+name, inner)
		}
	case []any:
		for i, inner := range v {
			name := strconv.Itoa(i)
			if object, is := inner.(map[string]any); is {
				for _, key := range []string{"Name", "primarySmtpAddress", "PrimarySmtpAddress", "appId", "userPrincipalName", "scope"} {
					if text, named := object[key].(string); named {
						name = guid.ReplaceAllString(text, "an id")
					}
				}
			}
			for base, n := name, 2; ; n++ {
				if _, taken := into[at+"."+name]; !taken {
					break
				}
				name = base + "#" + strconv.Itoa(n)
			}
			into[at+"."+name] = "is there"
			flatten(into, at+"."+name, inner)
		}
	default:
		if text := fmt.Sprint(v); !varied.MatchString(at) {
			into[at] = moment.ReplaceAllString(guid.ReplaceAllString(text, "an id"), "a date")
		}
	}
}

// tries makes a run and a rerun in which one field is shown otherwise, and says what is
// wrong with their ends; came are the codes of what they said.
func (l *lane) tries(m mutation) (came []string, wrong []string) {
	l.fresh()
	l.mutator.show(&m)
	home := l.nobody()
	for _, again := range []string{"", "again: "} {
		result := l.goes(home, whole())
		now, amiss := l.judge(m, result.Problems)
		for _, code := range now {
			came = append(came, again+code)
		}
		for _, what := range amiss {
			wrong = append(wrong, again+what)
		}
	}
	l.mutator.show(nil)
	return came, wrong[:min(len(wrong), 4)]
}

// judge says what is wrong with the end of a run: what it says, and what it
// left in the tenant.
func (l *lane) judge(m mutation, problems []error) (came []string, wrong []string) {
	after := l.state()
	for _, e := range advice.ExplainAll(problems) {
		came = append(came, e.Code)
		if slices.Contains([]string{"WX-ANSWER-UNUSABLE", "WX-INTERNAL", "WX-FAILED"}, e.Code) {
			wrong = append(wrong, "it says "+e.Code+": "+problems[0].Error())
		}
	}
	for at := range l.before {
		if _, still := after[at]; !still {
			wrong = append(wrong, "it is gone: "+at)
		}
	}
	for at, value := range after {
		if m.beside(at) {
			continue
		}
		if was, there := l.before[at]; there && was == value || value == l.clean[at] && l.clean[at] != "" {
			continue
		}
		if strings.Contains(at, ".redirectUris.") && value == "http://localhost" && len(came) > 0 {
			continue // where the application cannot be seen it stays, and the next run knows it
		}
		if want, there := l.clean[at]; !there || want != value {
			wrong = append(wrong, "nobody meant that: "+at+" = "+value)
		}
	}
	if len(problems) == 0 {
		for at, value := range l.clean {
			if after[at] != value && !m.beside(at) {
				wrong = append(wrong, "it says that all is well, and is not: "+at+" = "+after[at])
			}
		}
	}
	slices.Sort(wrong)
	return came, wrong
}

func (m *mutator) show(what *mutation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = what
}

// Whatever one field of an answer is shown as, a run and its rerun end well, or
// say what they could not judge; it never blames a proxy for Microsoft's own answer, and
// never writes what a clean run would not. WXMAIL_MUTATIONS is how many of all
// are tried, "all" for every one, or a pattern of their names, and
// WXMAIL_MUTATIONS_SEED which.
func TestMutatedAnswers(t *testing.T) {
	first := newLane(t)
	var all []mutation
	for _, answer := range slices.Sorted(maps.Keys(first.mutator.seen)) {
		all = append(all, mutationsOf(answer, first.mutator.seen[answer], nil)...)
	}
	fields := len(all)
	seed := uint64(2) // the same ones each time, where nobody asks for others
	if given, err := strconv.ParseUint(os.Getenv("WXMAIL_MUTATIONS_SEED"), 10, 64); err == nil {
		seed = given
	}
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = chosen(t, all, os.Getenv("WXMAIL_MUTATIONS"))
	t.Logf("%d of %d mutations of %d answers, seed %d", len(all), fields, len(first.mutator.seen), seed)
	ends := map[string]int{}
	for _, m := range all {
		came, wrong := first.tries(m)
		end := strings.Join(came, " ")
		if end == "" {
			end = "well"
		}
		ends[end]++
		for _, what := range wrong {
			t.Errorf("%s: %s (%s)", m, what, end)
		}
	}
	for _, end := range slices.Sorted(maps.Keys(ends)) {
		t.Logf("%5d %s", ends[end], end)
	}
}

// chosen are the mutations that WXMAIL_MUTATIONS asks for.
func chosen(t *testing.T, all []mutation, asked string) []mutation {
	t.Helper()
	if n, err := strconv.Atoi(asked); err == nil {
		return all[:min(n, len(all))]
	}
	switch asked {
	case "all":
		return all
	case "":
		return all[:min(8, len(all))]
	}
	pattern, err := regexp.Compile(asked)
	must(t, err)
	return slices.DeleteFunc(all, func(m mutation) bool { return !pattern.MatchString(m.String()) })
}
