package tenant

import "time"

// Webex is the Webex Connect tenant beside the Microsoft one.
type Webex struct {
	Drafts []Draft        `json:"drafts"`
	Assets []Asset        `json:"assets"`
	Inbox  []InboxMessage `json:"inbox"`
}

// Draft is a new asset page, not yet saved.
type Draft struct {
	ID                string `json:"id"`
	ForwardingAddress string `json:"forwardingAddress"`
	CallbackURL       string `json:"callbackUrl"`
}

// Asset is a saved e-mail asset. Secrets among its fields and its tokens are
// held beside the fields, so that GET /state cannot show them.
type Asset struct {
	ID                string             `json:"id"`
	Draft             string             `json:"draft"`
	ForwardingAddress string             `json:"forwardingAddress"`
	CallbackURL       string             `json:"callbackUrl"`
	Fields            map[string]*string `json:"fields"` // label to value, the client secret as "(set)"
	Account           string             `json:"account"`
	Validity          string             `json:"validity"`

	ClientSecret string    `json:"-"`
	AccessToken  string    `json:"-"`
	RefreshToken string    `json:"-"`
	Expires      time.Time `json:"-"`
}

// InboxMessage is a mail that an agent received.
type InboxMessage struct {
	ID        string `json:"id"`
	Asset     string `json:"asset"`
	From      string `json:"from"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	MessageID string `json:"-"`
}
