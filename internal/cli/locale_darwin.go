package cli

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// systemLocale is the user's locale as macOS keeps it, "" where it does not
// tell. It is asked for only where the environment names none.
// https://developer.apple.com/documentation/foundation/locale
func systemLocale() string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "/usr/bin/defaults", "read", "-g", "AppleLocale").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
