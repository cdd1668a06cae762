package cloud_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

// endless writes the same block until the client hangs up.
func endless(code int, encoding, block string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.WriteHeader(code)
		for {
			if _, err := w.Write([]byte(block)); err != nil {
				return
			}
		}
	}
}

// zipped are 64 MiB of blanks, in 64 KiB.
func zipped(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	w := gzip.NewWriter(&out)
	for range 64 {
		if _, err := w.Write([]byte(strings.Repeat(" ", 1<<20))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Whatever a service goes on to say, it is left in time: wxmail holds no more
// than an answer's limit of it, and as much again while it grows.
func whole(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// What is read of an answer takes room by the number of its values, and those
// in texts are none.
func TestAnswersOfManyValues(t *testing.T) {
	for body, fits := range map[string]bool{
		`{"value":[` + strings.Repeat("{},", 40_000) + `{}]}`:        true,
		`{"value":"` + strings.Repeat(",[{", 1_000_000) + `"}`:       true,
		`{"value":"` + strings.Repeat(`\",[{`, 500_000) + `"}`:       true,
		`{"value":["\\",` + strings.Repeat("{},", 100_000) + `{}]}`:  false,
		`{"value":{"a":0` + strings.Repeat(`,"a":0`, 100_000) + `}}`: false,
		`{"value":"` + strings.Repeat("x", 4<<20) + `"}`:             false,
	} {
		e := cloudtest.Serve(t, whole(body), nil)
		_, err := do(context.Background(), e, "POST", anything, "{}")
		if fits != (err == nil) || !fits && !errors.Is(err, cloud.ErrTooLong) {
			t.Errorf("%.40s: %v", body, err)
		}
	}
}

func TestAnswersThatAreTooLong(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    error
	}{
		"chunks for ever":       {endless(200, "", strings.Repeat("[", 1<<16)), cloud.ErrTooLong},
		"a bomb of gzip":        {endless(200, "gzip", zipped(t)), cloud.ErrTooLong},
		"too many values":       {whole(`{"value":[` + strings.Repeat("{},", 100_000) + `{}]}`), cloud.ErrTooLong},
		"too deep":              {whole(strings.Repeat("[", 200_000)), cloud.ErrTooLong},
		"a refusal for ever":    {endless(403, "", strings.Repeat("A", 1<<16)), nil},
		"a refusal's gzip bomb": {endless(403, "gzip", zipped(t)), nil},
	} {
		e := cloudtest.Serve(t, c.handler, nil)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := do(context.Background(), e, "POST", anything, "{}")
		runtime.ReadMemStats(&after)
		var failure *microsoft.Error
		if !errors.As(err, &failure) || c.want != nil && !errors.Is(err, c.want) || len(failure.Message) > 2000 {
			t.Errorf("%s: %v", name, err)
		}
		grown := (int64(after.HeapSys) - int64(before.HeapSys)) >> 20
		t.Logf("%s: the heap grew by %d MiB", name, grown)
		if grown > most {
			t.Errorf("%s: the heap grew by %d MiB", name, grown)
		}
	}
}
