package cli

import "golang.org/x/sys/windows"

// systemLocale is the language that the user has chosen for Windows, "" where
// it does not tell.
// https://learn.microsoft.com/windows/win32/api/winnls/nf-winnls-getuserpreferreduilanguages
func systemLocale() string {
	languages, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(languages) == 0 {
		return ""
	}
	return languages[0]
}
