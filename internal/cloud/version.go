package cloud

import "runtime/debug"

// Version is the product's version as it stands in the User-Agent of every
// request. A release sets it with -ldflags "-X wxmail/internal/cloud.Version=…";
// otherwise it is what the module was built from, or "devel". Nothing writes
// it after start-up.
var Version string

func init() {
	if Version == "" {
		Version = builtFrom()
	}
}

func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
