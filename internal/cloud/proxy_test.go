package cloud

import (
	"errors"
	"strings"
	"testing"
)

func TestProxiesThatAreNone(t *testing.T) {
	for value, good := range map[string]bool{
		"http://proxy.example:8080": true, "proxy.example:8080": true, "https://u:p%40ss@proxy.example": true, "socks5://[::1]:1080": true,
		"http://127.0.0.1:1": true, "HTTP://proxy.example/": true, "proxy.example": true,
		"http://bob:pa%zz@proxy.example:80": false, "http://bob:p#ss@proxy.example:80": false, "http://bob:p ss@proxy.example:80": false,
		"http://bob:p/ss@proxy.example:80": false,
		"http://bob:p?ss@proxy.example":    false, "ftp://proxy.example": false,
		"http://proxy.example:99999": false,
		"http://proxy.example:0":     false, "http://proxy.example:": false, "http://": false,
		":80": false, "http://proxy.example:8o": false, "\x1b[2J": false,
	} {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
			t.Setenv("HTTPS_PROXY", "")
			t.Setenv("https_proxy", "")
			t.Setenv(name, value)
			_, err := Load("", "")
			var invalid *ProxyInvalid
			if errors.As(err, &invalid) == good || err != nil && (strings.Contains(err.Error(), value) || !strings.Contains(err.Error(), name)) {
				t.Errorf("%s=%q: %v", name, value, err)
			}
		}
	}
}
