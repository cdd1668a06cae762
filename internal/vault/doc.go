// Package vault keeps secrets: one encrypted store per profile.
//
// vault.age holds all values, encrypted with age (https://age-encryption.org)
// to one random X25519 key. That key is wrapped once: it lies in the system's
// keyring, or in vault.key.age under a passphrase. Nothing is ever written in
// plain text; where there is neither keyring nor passphrase there is no vault.
//
// The key that a passphrase gives takes 0.3 s of work. Open begins it and goes
// on; whoever needs the content waits for it.
package vault
