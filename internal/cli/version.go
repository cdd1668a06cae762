package cli

import (
	"context"

	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/release"
)

// versionDocument is the document of `version --json`; newest stands there
// only where it was asked for.
type versionDocument struct {
	release.Build
	*newest
}

type newest struct {
	Newest string `json:"newest"`
	Newer  *bool  `json:"newer"` // than this build; null where this build is no release
	Page   string `json:"page"`
}

func versionCommand(p *program) *cobra.Command {
	var check bool
	cmd := queryCommand(&cobra.Command{Use: "version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return showVersion(cmd.Context(), p, check) }})
	cmd.Flags().BoolVar(&check, "check", false, "")
	return cmd
}

func showVersion(ctx context.Context, p *program, check bool) error {
	document := versionDocument{Build: release.This(cloud.Version)}
	if check {
		found, err := askNewest(ctx, p, document.Build)
		if err != nil {
			return err
		}
		document.newest = found
	}
	if p.flags.json {
		return p.ui.Document(document)
	}
	p.ui.Print("wxmail " + document.Version)
	if document.newest != nil {
		p.ui.Print(p.ui.Catalogue().Say(document.newest.message()))
	}
	return nil
}

// askNewest asks the page of releases: WXMAIL_RELEASES, else that of the
// module.
func askNewest(ctx context.Context, p *program, build release.Build) (*newest, error) {
	page := p.env("WXMAIL_RELEASES")
	if page == "" {
		var err error
		if page, err = release.Page(build.Module); err != nil {
			return nil, err
		}
	}
	endpoints, err := cloud.Load(cloud.DefaultName, p.flags.caFile)
	if err != nil {
		return nil, err
	}
	tag, err := release.Newest(ctx, endpoints.Elsewhere(), page)
	if err != nil {
		return nil, err
	}
	found := &newest{Newest: tag, Page: page}
	if newer, known := release.Newer(tag, build.Version); known {
		found.Newer = &newer
	}
	return found, nil
}

func (n *newest) message() msg.Message {
	switch {
	case n.Newer == nil:
		return msg.M("version.unknown", "Newest", n.Newest, "Page", n.Page)
	case *n.Newer:
		return msg.M("version.newer", "Newest", n.Newest, "Page", n.Page)
	}
	return msg.M("version.newest", "Newest", n.Newest)
}
