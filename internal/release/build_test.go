package release

import (
	"runtime/debug"
	"testing"
)

func TestBuildIsRecorded(t *testing.T) {
	var b Build
	b.record(&debug.BuildInfo{
		Main: debug.Module{Path: "host.example/acme/wxmail", Version: "v1.2.3"},
		Deps: []*debug.Module{
			{Path: "a", Version: "v1.0.0", Sum: "h1:a"},
			{Path: "b", Version: "v1.0.0", Replace: &debug.Module{Path: "c", Version: "v2.0.0"}},
		},
		Settings: []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "abc"},
			{Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "false"}},
	})
	if b.Module != "host.example/acme/wxmail" || *b.Commit != "abc" || *b.Date != "2026-01-02T03:04:05Z" || *b.Modified {
		t.Errorf("%+v", b)
	}
	if len(b.Modules) != 2 || *b.Modules[0].Sum != "h1:a" || b.Modules[1].Path != "c" || b.Modules[1].Sum != nil {
		t.Errorf("%+v", b.Modules)
	}
}
