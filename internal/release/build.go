// Package release knows how this program was built, and where newer ones are
// published. It asks nobody unless it is told to.
package release

import (
	"runtime"
	"runtime/debug"
)

// Build is how this program was built, as far as Go recorded it. What it did
// not record is null in JSON.
type Build struct {
	Version  string   `json:"version"`
	Commit   *string  `json:"commit"`
	Date     *string  `json:"date"`     // of the commit
	Modified *bool    `json:"modified"` // the files differed from that commit
	Go       string   `json:"go"`
	OS       string   `json:"os"`
	Arch     string   `json:"arch"`
	Module   string   `json:"module"`
	Modules  []Module `json:"modules"`
}

// Module is a library that is linked in, and the checksum of its source.
type Module struct {
	Path    string  `json:"path"`
	Version string  `json:"version"`
	Sum     *string `json:"sum"`
}

// This is the running program, which calls itself version.
func This(version string) Build {
	b := Build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Modules: []Module{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.record(info)
	}
	return b
}

func (b *Build) record(info *debug.BuildInfo) {
	b.Module = info.Main.Path
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = known(setting.Value)
		case "vcs.time":
			b.Date = known(setting.Value)
		case "vcs.modified":
			modified := setting.Value == "true"
			b.Modified = &modified
		}
	}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		b.Modules = append(b.Modules, Module{module.Path, module.Version, known(module.Sum)})
	}
}

func known(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
