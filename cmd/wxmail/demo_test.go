package main

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/testkit"
)

// demo runs `wxmail demo -y` with nothing of the developer's: an empty home,
// an empty folder for temporary files, no proxy.
func demo(t *testing.T, args ...string) testkit.Ran {
	t.Helper()
	home, temporary := t.TempDir(), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wxmail", append([]string{"demo", "-y"}, args...)...)
	cmd.Env, cmd.Dir = []string{"HOME=" + home, "TMPDIR=" + temporary, "LANG=C.UTF-8", "PATH=/nowhere"}, home
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), errs.String())
	}
	for _, dir := range []string{home, temporary} {
		if left := testkit.Files(t, dir); left != nil {
			t.Errorf("left behind: %v", left)
		}
	}
	return testkit.Ran{Args: cmd.Args[1:], Stdout: out.String(), Stderr: errs.String()}
}

func TestDemoPrintsTheValuesAndWhatWebexConnectDidWithThem(t *testing.T) {
	t.Parallel()
	ran := demo(t)
	for _, want := range []string{
		"Client ID", "(set)", "offline_access https://outlook.office.com/SMTP.Send", "smtp.office365.com",
		"Generate Token", ": done",
	} {
		if !strings.Contains(ran.Stdout, want) {
			t.Errorf("stdout lacks %q:\n%s", want, ran.Stdout)
		}
	}
	if lines := strings.Split(strings.TrimSpace(ran.Stdout), "\n"); !allEnd(lines[len(lines)-3:], ": done") {
		t.Errorf("the three proofs: %q", lines[len(lines)-3:])
	}
}

func allEnd(lines []string, end string) bool {
	return !slices.ContainsFunc(lines, func(line string) bool { return !strings.HasSuffix(line, end) })
}

func TestDemoAsJSONIsEventsAndOneResult(t *testing.T) {
	t.Parallel()
	ran := demo(t, "--json")
	events := ran.Events(t)
	result := events[len(events)-1]
	if result["event"] != "result" || result["exit"] != 0.0 || len(testkit.Named(events, "result")) != 1 {
		t.Errorf("the end: %v", result)
	}
	if diff := cmp.Diff(map[string]any{"generateToken": true, "agentReceived": true, "customerReceived": true}, result["demo"]); diff != "" {
		t.Errorf("demo (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(formLabels, labels(t, result["values"])); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if ran.Stderr != "" {
		t.Errorf("stderr: %s", ran.Stderr)
	}
	if signIns := testkit.Named(events, "sign-in"); len(signIns) != 3 {
		t.Errorf("%d sign-ins", len(signIns))
	}
}

func TestDemoOfEveryScenarioThatCanEndWell(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"hardened", "busy", "by-hand", "throttled"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			demo(t, "--scenario", scenario)
		})
	}
}

func TestDemoShowsTheSecretOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	hidden, shown := secretOf(t, demo(t, "--json")), secretOf(t, demo(t, "--json", "--reveal"))
	if hidden != "(set)" || len(shown) < 30 {
		t.Errorf("the secret is %q, and revealed %d characters long", hidden, len(shown))
	}
}

func secretOf(t *testing.T, ran testkit.Ran) string {
	t.Helper()
	events := ran.Events(t)
	value, _ := fieldsOf(t, events[len(events)-1]["values"])["Client Secret"].(string)
	return value
}
