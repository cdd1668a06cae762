//go:build !secrets

package main

// shard is how many points there are to each one that is tried: `make secrets`
// tries all.
const shard = 3
