// Command image puts a wxmail for Linux into a container image from scratch,
// as an OCI archive: no daemon, no registry, no base image. The same program
// gives the same bytes.
//
//	image -arch amd64 -version 1.2.3 -created 2026-01-02T03:04:05Z -o wxmail.oci.tar PATH/TO/wxmail
package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"flag"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// user is the one that the container runs as; nobody else is in it.
const user = 65532

func main() {
	log.SetFlags(0)
	arch := flag.String("arch", "", "the program's architecture")
	version := flag.String("version", "", "the program's version")
	created := flag.String("created", "", "the image's time, RFC 3339")
	out := flag.String("o", "", "the archive")
	flag.Parse()
	at, err := time.Parse(time.RFC3339, *created)
	if err != nil || flag.NArg() != 1 || *arch == "" || *out == "" {
		log.Fatal("image -arch ARCH -version VERSION -created TIME -o ARCHIVE PROGRAM")
	}
	program, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	img, err := image(program, *arch, *version, at.UTC())
	if err == nil {
		err = archive(img, *out, at.UTC())
	}
	if err != nil {
		log.Fatal(err)
	}
}

// authorities are those that Mozilla trusts for servers without a condition.
func authorities() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // memory is not full
		}
	}
	return out.Bytes()
}

func image(program []byte, arch, version string, at time.Time) (v1.Image, error) {
	folder := func(name string, mode int64, owner int) *tar.Header {
		return &tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: mode, Uid: owner, Gid: owner, ModTime: at}
	}
	system, err := layer(at, []*tar.Header{folder("tmp/", 0o1777, 0), folder("home/", 0o755, 0), folder("home/wxmail/", 0o700, user)},
		map[string][]byte{
			"etc/passwd":                        []byte("wxmail:x:65532:65532:wxmail:/home/wxmail:/sbin/nologin\n"),
			"etc/hosts":                         []byte("127.0.0.1 localhost\n::1 localhost\n"),
			"etc/group":                         []byte("wxmail:x:65532:\n"),
			"etc/ssl/certs/ca-certificates.crt": authorities(),
		})
	if err != nil {
		return nil, err
	}
	top, err := layer(at, nil, map[string][]byte{"usr/bin/wxmail": program})
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err := mutate.AppendLayers(base, system, top)
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(img, configured(img, arch, version, at))
}

func configured(img v1.Image, arch, version string, at time.Time) *v1.ConfigFile {
	config, err := img.ConfigFile()
	if err != nil {
		log.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = "linux", arch, v1.Time{Time: at}
	config.Config = v1.Config{
		User: "65532:65532", WorkingDir: "/home/wxmail", Entrypoint: []string{"/usr/bin/wxmail"},
		Env: []string{"PATH=/usr/bin", "HOME=/home/wxmail", "WXMAIL_HOME=/home/wxmail/.config/wxmail"},
		Labels: map[string]string{"org.opencontainers.image.title": "wxmail", "org.opencontainers.image.version": version,
			"org.opencontainers.image.licenses": "MIT"},
	}
	return config
}

// layer has folders, then files in the order of their names.
func layer(at time.Time, folders []*tar.Header, files map[string][]byte) (v1.Layer, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range folders {
		if err := w.WriteHeader(f); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"etc/group", "etc/hosts", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "usr/bin/wxmail"} {
		text, there := files[name]
		if !there {
			continue
		}
		mode := int64(0o644)
		if name == "usr/bin/wxmail" {
			mode = 0o755
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(text)), ModTime: at}); err != nil {
			return nil, err
		}
		if _, err := w.Write(text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer))
}

// archive writes the image's layout as one tar.
func archive(img v1.Image, out string, at time.Time) error {
	dir, err := os.MkdirTemp("", "image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := layout.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: img})); err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	w := tar.NewWriter(file)
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return add(w, dir, path, at)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return file.Close()
}

func add(w *tar.Writer, dir, path string, at time.Time) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: 0o644, Size: int64(len(text)), ModTime: at}); err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
