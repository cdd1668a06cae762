// Package setup runs what the guide plans: it asks, looks, plans, has the plan
// agreed to, applies it and reads back. It is the only holder of live things;
// what is decided is decided in package guide, of values.
package setup
