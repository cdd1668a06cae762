//go:build !windows && !darwin

package cli

// systemLocale is nothing but what the environment says.
func systemLocale() string { return "" }
