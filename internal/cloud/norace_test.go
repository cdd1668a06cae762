//go:build !race

package cloud_test

// most is how many MiB the heap may grow by under one answer.
const most = 120
