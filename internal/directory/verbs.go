package directory

import (
	"context"
	"time"
)

// Verbs are what wxmail does in a directory. Package graph does it through
// Microsoft Graph, and says there of each verb what it promises, whether it
// may be repeated, and from which page that is known.
type Verbs interface {
	Read(context.Context, Query) (*Snapshot, error)

	UpsertApplication(ctx context.Context, uniqueName string, spec ApplicationSpec) (made *Application, created bool, err error)
	UpdateApplication(ctx context.Context, objectID string, patch ApplicationPatch) error
	DeleteApplication(ctx context.Context, objectID string) error
	RestoreApplication(ctx context.Context, objectID string) error

	AddPassword(ctx context.Context, objectID, label string, end time.Time) (*Password, error)
	RemovePassword(ctx context.Context, objectID, keyID string) error

	CreateServicePrincipal(ctx context.Context, appID string, spec ServicePrincipalSpec) (*ServicePrincipal, error)
	AssignAppRole(ctx context.Context, principalID, resourceID, roleID string) (id string, err error)
	RemoveAppRoleAssignment(ctx context.Context, principalID, assignmentID string) error
	CreateGrant(ctx context.Context, clientID, resourceID string, scopes []string) (id string, err error)
	UpdateGrant(ctx context.Context, grantID string, scopes []string) error
	DeleteGrant(ctx context.Context, grantID string) error
}
