package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// harmless are well-known groups that an entry may name: the system and its
// administrators, who can enter whatever an entry says, and the owner.
// https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers
var harmless = [...]string{"S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"}

// apps begins the identifiers of apps in a container: an entry for one lets it
// in only where its user may enter too.
const apps = "S-1-15-"

// shut reads who is named in the path's access list.
// https://learn.microsoft.com/windows/win32/secauthz/access-control-lists
func shut(path string, info os.FileInfo) error {
	me, err := user()
	if err != nil {
		return err
	}
	security, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return &os.PathError{Op: "read the access list of", Path: path, Err: err}
	}
	list, _, err := security.DACL()
	if errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) {
		return nil // a file system that knows no access lists, such as FAT, belongs to whoever holds it
	}
	if err != nil {
		return &os.PathError{Op: "read the access list of", Path: path, Err: err}
	}
	others, err := strangers(list, me)
	if err != nil || len(others) == 0 {
		return err
	}
	rights := "F"
	if info.IsDir() {
		rights = "(OI)(CI)F"
	}
	return &PermissionError{Path: path, Others: strings.Join(others, ", "),
		Shut: fmt.Sprintf(`icacls "%s" /inheritance:r /grant:r "*%s:%s"`, path, me, rights)}
}

// strangers are the others that the list lets in. No list at all lets
// everybody in.
func strangers(list *windows.ACL, me *windows.SID) (others []string, err error) {
	if list == nil {
		return []string{"everybody"}, nil
	}
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return nil, err
		}
		if entry.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&entry.SidStart))
		if !sid.Equals(me) && !known(sid) {
			others = append(others, name(sid))
		}
	}
	return others, nil
}

func known(sid *windows.SID) bool {
	for _, group := range harmless {
		if sid.String() == group {
			return true
		}
	}
	return strings.HasPrefix(sid.String(), apps)
}

func name(sid *windows.SID) string {
	account, domain, _, err := sid.LookupAccount("")
	if err != nil {
		return sid.String()
	}
	return strings.TrimPrefix(domain+`\`+account, `\`)
}

func user() (*windows.SID, error) {
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return me.User.Sid, nil
}

// makeFolder makes a folder that is the user's alone, and so is what is made
// in it later: nothing is inherited from a folder that others share.
// https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format
func makeFolder(path string) error {
	me, err := user()
	if err != nil {
		return err
	}
	descriptor, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;" + me.String() + ")")
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	attributes := &windows.SecurityAttributes{SecurityDescriptor: descriptor}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	if err := windows.CreateDirectory(name, attributes); err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// unswappable has nothing to refuse: the folders in the home are judged by
// their own access lists.
func unswappable(string, os.FileInfo) error { return nil }

// unswappableAbove has nothing to refuse, for the same reason.
func unswappableAbove(string) error { return nil }
