// Package store keeps what lasts and is not secret: profiles, their journals
// and their locks. It is the only package that knows fsync.
//
// Everything lies below <home>/profiles/<name>/, folders 0700, files 0600:
//
//	profile.json    cloud, tenant, answers, what was last seen
//	journal.jsonl   what was intended and what was done, append-only
//	lock, lock.json who is at work on the profile
//
// The vault keeps its files in the same folder, written through WriteFile.
package store
