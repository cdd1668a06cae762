// Package pages runs a browser that nobody here wrote against the pages that
// wxmail shows, with the rules of axe-core for people who see, hear or move
// otherwise. It runs by `make pages`, which needs Chromium and Node.js.
package pages
