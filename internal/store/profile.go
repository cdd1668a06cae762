package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"wxmail/internal/visible"
)

const (
	profileFile    = "profile.json"
	profileVersion = 1
)

// Profile is one setup's folder: one mailbox, one tenant, one cloud.
type Profile struct {
	name, dir string
	disk      Disk
}

// Data is what profile.json holds.
type Data struct {
	Version  int               `json:"version"`
	Cloud    Cloud             `json:"cloud"`
	TenantID string            `json:"tenantId"`
	Mailbox  string            `json:"mailbox,omitempty"` // of the first write; older versions kept none
	Answers  map[string]string `json:"answers"`           // question ID → answer
	Seen     *Seen             `json:"seen"`              // nil until something was observed
	Found    *Found            `json:"found,omitempty"`
	// AssetToken is what is known of the token that Webex Connect holds.
	AssetToken json.RawMessage `json:"assetToken,omitempty"`
}

// Found is what a diagnosis of everything last found, to be handed to support.
// It never decides anything.
type Found struct {
	Findings json.RawMessage `json:"findings"`
	AsOf     time.Time       `json:"asOf"`
	Contact  *Compared       `json:"contact,omitempty"` // of the last comparison of the shapes of answers
}

// Compared is what a comparison found, as a finding marshals.
type Compared struct {
	Findings json.RawMessage `json:"findings"`
	AsOf     time.Time       `json:"asOf"`
}

// Cloud says where the tenant lives. A cloud file is known by its name and
// the tenant, never by its path.
type Cloud struct {
	Name string `json:"name"`
	Base string `json:"base"`
	File string `json:"file"` // the endpoints file last used, "" for a named cloud
}

// Seen is the newest observation of the world, to be shown offline. It never
// decides anything.
type Seen struct {
	Summary json.RawMessage `json:"summary"`
	Secrets json.RawMessage `json:"secrets,omitempty"` // of the application, whoever made them
	Marked  json.RawMessage `json:"marked,omitempty"`  // what bears wxmail's mark and was not in the journal
	Earlier []string        `json:"earlier,omitempty"` // the accounts that signed in before, and have something of wxmail's
	AsOf    time.Time       `json:"asOf"`
}

// NewerVersion is a file written by a newer wxmail. Nothing was changed.
type NewerVersion struct {
	Path       string
	Got, Known int
}

// Error names both versions.
func (e *NewerVersion) Error() string {
	return fmt.Sprintf("%s: version %d, this wxmail knows up to %d", e.Path, e.Got, e.Known)
}

// Words name the text that says both versions, and its values.
func (e *NewerVersion) Words() (id string, values []any) {
	return "detail.newer", []any{"File", e.Path, "Version", e.Got, "Known", e.Known}
}

// Fact gives the code of the advice, the file and both versions.
func (e *NewerVersion) Fact() (code, object, detail string) {
	return "WX-PROFILE-NEWER", e.Path, e.Error()
}

// Damaged is a file of ours that does not say what we wrote.
type Damaged struct {
	Path string
	Line int // 1-based, 0 for the whole file
	Err  error
}

// Error names the file and the line.
func (e *Damaged) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s: line %d is damaged: %v", e.Path, e.Line, e.Err)
	}
	return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *Damaged) Unwrap() error { return e.Err }

// Words name the text that says what is wrong with it, and its values.
func (e *Damaged) Words() (id string, values []any) {
	if e.Line > 0 {
		return "detail.damaged-line", []any{"File", e.Path, "Line", e.Line, "Said", e.Err.Error()}
	}
	return "detail.damaged", []any{"File", e.Path, "Said", e.Err.Error()}
}

// Fact gives the code of the advice, the file and what is wrong with it.
func (e *Damaged) Fact() (code, object, detail string) {
	return "WX-PROFILE-DAMAGED", e.Path, e.Error()
}

// Name is the profile's name, in lower case.
func (p *Profile) Name() string { return p.name }

// Dir is the profile's folder, where its vault lies too.
func (p *Profile) Dir() string { return p.dir }

// Exists says whether the profile was ever written.
func (p *Profile) Exists() bool { return exists(p.path(profileFile)) }

// Read gives what the last Write kept; a profile never written is a zero Data
// and no error. A *NewerVersion or *Damaged file is refused whole.
func (p *Profile) Read() (Data, error) {
	path := p.path(profileFile)
	raw, err := ReadFile(path, maxProfile)
	if errors.Is(err, os.ErrNotExist) {
		return Data{Answers: map[string]string{}}, nil
	}
	if err != nil {
		return Data{}, err
	}
	var data Data
	if err := json.Unmarshal(raw, &data); err != nil {
		return Data{}, &Damaged{Path: path, Err: err}
	}
	if data.Version > profileVersion {
		return Data{}, &NewerVersion{Path: path, Got: data.Version, Known: profileVersion}
	}
	if data.Answers == nil {
		data.Answers = map[string]string{}
	}
	return data, nil
}

// Write replaces the profile's data durably and at once. The caller holds the
// lock. It may be repeated.
func (p *Profile) Write(data Data) error {
	data.Version = profileVersion
	raw, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	if err := p.makeDir(); err != nil {
		return err
	}
	return p.disk.Write(p.path(profileFile), append(visible.JSON(raw), '\n'))
}

func (p *Profile) path(file string) string { return filepath.Join(p.dir, file) }

func (p *Profile) makeDir() error { return MakeFolder(p.dir) }
