package handoff

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azure "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/exchange"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

// One judge: of a tenant that was read over the wire and of the same tenant in
// the file of a script the plan is the same, obstacles and all.
func TestJudgedAlikeByEitherWay(t *testing.T) {
	wire := &wire{}
	admin := exchange.New(cloudtest.Serve(t, wire, nil), token{}, "11111111-2222-3333-4444-555555555555")
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			w, x := answers(t, c.answers), plain()
			c.shape(x)
			wire.serve(x)
			live, err := admin.Read(t.Context(), exchange.ReadQuery{Mailbox: w.Mailbox, SignInAs: w.Login()})
			if err != nil {
				t.Fatal(err)
			}
			seen, err := Seen(strings.NewReader(x.file(t, w)))
			if err != nil {
				t.Fatal(err)
			}
			byPriority(live, seen)
			if diff := cmp.Diff(live, seen); diff != "" {
				t.Errorf("seen (-wire +file):\n%s", diff)
			}
			if diff := cmp.Diff(Plan(w, live), Plan(w, seen), cmp.AllowUnexported(step.Plan{}), cmp.Comparer(sameMessage)); diff != "" {
				t.Errorf("plans (-wire +file):\n%s", diff)
			}
			if got := summary(Plan(w, seen)); got != c.plan {
				t.Errorf("the plan is %q, want %q", got, c.plan)
			}
			wire.readNothingElse(t, w)
		})
	}
}

func sameMessage(a, b msg.Message) bool {
	english := msg.New("en")
	return english.Say(a) == english.Say(b)
}

// byPriority orders the rules, as the script does.
func byPriority(all ...*mailflow.Snapshot) {
	for _, s := range all {
		s.OutboundRules = append([]mailflow.OutboundRule{}, mailflow.ByPriority(s.OutboundRules)...)
	}
}

// wire is Exchange's InvokeCommand before a tenant.
type wire struct {
	mu    sync.Mutex
	x     *tenant
	asked []string // cmdlets with what was selected
}

func (h *wire) serve(x *tenant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.x, h.asked = x, nil
}

func (h *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input struct {
		CmdletInput struct {
			CmdletName string
			Parameters map[string]any
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := mailflow.Cmdlet{Name: input.CmdletInput.CmdletName}
	for name, value := range input.CmdletInput.Parameters {
		c.Parameters = append(c.Parameters, mailflow.Parameter{Name: name, Value: value})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	selected := r.URL.Query().Get("$select")
	h.asked = append(h.asked, c.PowerShell()+" "+selected)
	raw, err := json.Marshal(map[string]any{"value": readSeen(h.x.show(c), strings.Split(selected, ","))})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw)
}

// readNothingElse fails the test where the script reads something else than
// the client, or other properties of it.
func (h *wire) readNothingElse(t *testing.T, w wanted.Wanted) {
	t.Helper()
	var script []string
	for _, s := range sectionsFor(w) {
		script = append(script, s.cmdlet.PowerShell()+" "+strings.Join(s.read, ","))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(h.asked)), slices.Sorted(slices.Values(script))); diff != "" {
		t.Errorf("reads (-client +script):\n%s", diff)
	}
}

type token struct{}

func (token) GetToken(context.Context, azure.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}
