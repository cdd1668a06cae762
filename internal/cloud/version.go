package cloud

import "runtime/debug"

// Version is the product's version as it stands in the User-Agent of every
// request: the tag, or the commit, that Go recorded when it built the program
// from a working copy or a module; "devel" where it recorded none.
var Version = builtFrom()

func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
