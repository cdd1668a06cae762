//go:build race

package cloud_test

// most is how many MiB the heap may grow by under one answer, with the race
// detector, which needs some for itself.
const most = 480
