//go:build unix

package store

import (
	"fmt"
	"os"
)

func shut(path string, info os.FileInfo) error {
	want := os.FileMode(fileMode)
	if info.IsDir() {
		want = folderMode
	}
	mode := info.Mode().Perm()
	if mode&^folderMode == 0 {
		return nil
	}
	return &PermissionError{Path: path, Others: fmt.Sprintf("mode %04o", mode), Shut: fmt.Sprintf("chmod %o '%s'", want, path)}
}

func makeFolder(path string) error { return os.Mkdir(path, folderMode) }
