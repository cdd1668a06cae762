// Package crash kills wxmail, as a power failure would: at every request that
// its commands make, and before every durable change of its own files, once
// and twice in a row. Then it runs the command again, and the tenant must be
// the one that a clean run leaves. `make crash` tries all points; the plain
// tests of cmd/wxmail try some.
package crash
