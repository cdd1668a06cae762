package tenant

import (
	"crypto/rand"
	"encoding/base64"
	mathrand "math/rand/v2"
	"strconv"

	"github.com/google/uuid"
)

// IDs makes the sandbox's identifiers. Object ids follow from the seed, so
// that the tenant id outlives a reset; secrets never do.
type IDs struct {
	source *mathrand.ChaCha8
}

// NewIDs starts the sequence of a seed.
func NewIDs(seed int64) *IDs {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return &IDs{mathrand.NewChaCha8(key)}
}

// New is the next object id.
func (ids *IDs) New() string {
	var raw [16]byte
	_, _ = ids.source.Read(raw[:]) // a ChaCha8 source never fails
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	return uuid.UUID(raw).String()
}

// Number is the next identifier that is a number of 64 bits.
func (ids *IDs) Number() string { return strconv.FormatUint(ids.source.Uint64(), 10) }

// NewSecret is a random value under a prefix by which a leak is found.
func NewSecret(kind string, bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // crypto/rand.Read never fails
	return "wxs." + kind + "." + base64.RawURLEncoding.EncodeToString(raw)
}
