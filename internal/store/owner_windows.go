package store

import "os"

// ownerOf is never asked here.
func ownerOf(os.FileInfo) int { return os.Geteuid() }

// ownGroup is never asked here.
func ownGroup(os.FileInfo) bool { return true }
