// Package sso lets people in who are known at a provider of OpenID Connect: the authorization code flow with PKCE, a state
// and a nonce for each log-in, and an ID token that is verified. It knows of no reps: whom it tells of, package access lets
// in or not.
package sso

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"earshot/survey"
	"earshot/survey/access"
)

// Options are what a Provider needs. Issuer, ClientID and BaseURL are required.
type Options struct {
	// Issuer is the provider's address, under which its configuration is found.
	Issuer string
	// ClientID and ClientSecret are what the provider knows us by; a public client has no secret.
	ClientID, ClientSecret string
	// BaseURL is where browsers reach us: what the provider sends people back to is below it.
	BaseURL string
	// Name is what people call the provider; empty is its host.
	Name string
	// GroupsClaim is where the groups stand in what the provider tells, e.g. "groups" or "realm_access.roles".
	GroupsClaim string
	// Scopes are asked for beside openid, profile and email.
	Scopes []string
	// TrustEmail takes addresses for verified although the provider does not say so.
	TrustEmail bool
	// Clock tells the time and Random gives randomness; nil means the machine's.
	Clock  func() time.Time
	Random io.Reader
}

// CallbackPath is where the provider sends people back to, below the base URL.
const CallbackPath = "/login/sso/callback"

// How long the provider may take for one answer, and for how long one that could not be reached is not asked again.
const (
	answerWithin = 8 * time.Second
	restAfter    = 3 * time.Second
)

// longestAnswer is larger than any answer of a provider, in bytes: its keys, its configuration, what it tells of a person.
const longestAnswer = 1 << 20

// Provider is a provider of OpenID Connect. It is safe for concurrent use.
type Provider struct {
	options Options
	client  *http.Client

	mu sync.Mutex
	// found is what the provider says of itself; nil until it was reached the first time.
	found *discovered
	// failedAt is when it could not be reached, and failure why.
	failedAt time.Time
	failure  error
}

// discovered is a provider that was reached.
type discovered struct {
	*oidc.Provider
	oauth  oauth2.Config
	claims struct {
		EndSession string `json:"end_session_endpoint"`
		UserInfo   string `json:"userinfo_endpoint"`
		// SaysIssuer promises that answers name the issuer (RFC 9207), against answers of another provider.
		SaysIssuer bool `json:"authorization_response_iss_parameter_supported"`
	}
}

// New returns a Provider, or an error that says which option is missing. It does not reach for the provider: one that is
// down must not keep us from starting.
func New(o Options) (*Provider, error) {
	if o.Issuer == "" || o.ClientID == "" || o.BaseURL == "" {
		return nil, errors.New("sso: no issuer, client id or base URL")
	}
	if o.Name == "" {
		u, err := url.Parse(o.Issuer)
		if err != nil {
			return nil, fmt.Errorf("sso: %w", err)
		}
		o.Name = u.Host
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Provider{options: o, client: &http.Client{Timeout: answerWithin, Transport: bounded{http.DefaultTransport}}}, nil
}

// bounded cuts answers off that are longer than any.
type bounded struct{ to http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.to.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, longestAnswer)
	}
	return res, err
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.options.Name }

// reach returns the provider as it describes itself, or Unavailable.
func (p *Provider) reach(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.failure != nil && p.options.Clock().Before(p.failedAt.Add(restAfter)) {
		return nil, p.failure
	}
	// Somebody who goes away meanwhile does not end it for the others; the client's own limit does.
	found, err := p.discover(oidc.ClientContext(context.WithoutCancel(ctx), p.client))
	if err != nil {
		p.failedAt, p.failure = p.options.Clock(), p.unreachable(err)
		return nil, p.failure
	}
	p.found = found
	return found, nil
}

// unreachable says that the provider gives no answer that can be used. The cause is for the log.
func (p *Provider) unreachable(cause error) error {
	told := survey.Errorf(survey.Unavailable, "%s cannot be reached right now; try again in a moment", p.options.Name)
	told.RetryAfter = restAfter
	return fmt.Errorf("%w (%w)", told, cause)
}

// discover reads the provider's configuration.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	provider, err := oidc.NewProvider(ctx, p.options.Issuer)
	if err != nil {
		return nil, err
	}
	found := &discovered{Provider: provider, oauth: oauth2.Config{
		ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: p.options.BaseURL + CallbackPath,
		Scopes:      append([]string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}, p.options.Scopes...),
	}}
	return found, provider.Claims(&found.claims)
}

// Begin returns where the browser goes to log in, and what the log-in must be ended with. Anew asks the provider to have
// people prove anew who they are, though they are logged in there.
func (p *Provider) Begin(ctx context.Context, anew bool) (*access.SignOnBegun, error) {
	provider, err := p.reach(ctx)
	if err != nil {
		return nil, err
	}
	begun := &access.SignOnBegun{State: access.NewSecret(p.options.Random), Nonce: access.NewSecret(p.options.Random), Verifier: oauth2.GenerateVerifier()}
	ask := []oauth2.AuthCodeOption{oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)}
	if anew {
		// The second has the provider say when they did (OpenID Connect Core 1.0, 3.1.2.1).
		ask = append(ask, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	begun.URL = provider.oauth.AuthCodeURL(begun.State, ask...)
	return begun, nil
}

// refused says that an answer does not hold. What is wrong with it is for the log: whoever made it up need not know.
func refused(why string, args ...any) error {
	told := survey.Errorf(survey.Unauthenticated, "the provider’s answer could not be taken; begin the log-in again")
	return fmt.Errorf("%w (%w)", told, fmt.Errorf(why, args...))
}

// Finish takes what the provider has sent the browser back with, and returns who that is. What does not hold is
// Unauthenticated.
func (p *Provider) Finish(ctx context.Context, begun access.SignOnBegun, answer access.SignOnAnswer) (*access.Person, error) {
	if subtle.ConstantTimeCompare([]byte(begun.State), []byte(answer.State)) != 1 || begun.State == "" {
		return nil, refused("the state is not the one that was sent")
	}
	if answer.Error == "access_denied" {
		return nil, survey.Errorf(survey.Unauthenticated, "%s did not let you in", p.options.Name)
	}
	provider, err := p.reach(ctx)
	if err != nil {
		return nil, err
	}
	if answer.Issuer != p.options.Issuer && (answer.Issuer != "" || provider.claims.SaysIssuer) {
		return nil, refused("it is an answer of the issuer %q", answer.Issuer)
	}
	if answer.Error != "" {
		return nil, refused("it says %q: %q", answer.Error, answer.Description)
	}
	return p.redeem(oidc.ClientContext(ctx, p.client), provider, begun, answer.Code)
}

// redeem takes the code to the provider, and verifies the ID token that it gives for it.
func (p *Provider) redeem(ctx context.Context, provider *discovered, begun access.SignOnBegun, code string) (*access.Person, error) {
	tokens, err := provider.oauth.Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	var told *oauth2.RetrieveError
	switch {
	case errors.As(err, &told):
		return nil, refused("the code was not taken: %w", err)
	case err != nil:
		return nil, p.unreachable(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: p.options.ClientID, Now: p.options.Clock}).Verify(ctx, raw)
	if err != nil {
		return nil, refused("the ID token does not hold: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(begun.Nonce)) != 1 || begun.Nonce == "" {
		return nil, refused("the nonce is not the one that was sent")
	}
	var known claims
	if err := token.Claims(&known); err != nil {
		return nil, refused("the claims cannot be read: %w", err)
	}
	if party := known.text("azp"); party != "" && party != p.options.ClientID || party == "" && len(token.Audience) > 1 {
		return nil, refused("the ID token was made for %q", party)
	}
	if err := p.complete(ctx, provider, tokens, token.Subject, known); err != nil {
		return nil, err
	}
	return p.person(token, known), nil
}

// complete adds to the claims of the ID token those that the provider tells only when asked (UserInfo).
func (p *Provider) complete(ctx context.Context, provider *discovered, tokens *oauth2.Token, subject string, known claims) error {
	lacks := known.text("email") == "" || known.text("name") == "" || p.options.GroupsClaim != "" && known.at(p.options.GroupsClaim) == nil
	if !lacks || provider.claims.UserInfo == "" {
		return nil
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return p.unreachable(err)
	}
	if info.Subject != subject {
		return refused("the UserInfo is of the subject %q", info.Subject)
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return refused("the UserInfo cannot be read: %w", err)
	}
	if known.text("email") == "" {
		delete(known, "email_verified") // it is said of the address that stands beside it
	}
	for name, value := range more {
		if _, there := known[name]; !there {
			known[name] = value
		}
	}
	return nil
}

// person returns who the claims tell of.
func (p *Provider) person(token *oidc.IDToken, known claims) *access.Person {
	groups := known.list(p.options.GroupsClaim)
	slices.Sort(groups)
	return &access.Person{
		Issuer: token.Issuer, Subject: token.Subject, Name: known.text("name"), Email: known.text("email"), Groups: groups,
		EmailVerified: p.options.TrustEmail || known.truth("email_verified"), ProvenAt: known.moment("auth_time"),
	}
}

// LogoutURL is where somebody is logged out at the provider and comes back from; empty where it offers none.
func (p *Provider) LogoutURL(ctx context.Context) (string, error) {
	provider, err := p.reach(ctx)
	if err != nil || provider.claims.EndSession == "" {
		return "", err
	}
	u, err := url.Parse(provider.claims.EndSession)
	if err != nil {
		return "", fmt.Errorf("sso: %w", err)
	}
	query := u.Query()
	query.Set("client_id", p.options.ClientID)
	query.Set("post_logout_redirect_uri", p.options.BaseURL+"/login")
	u.RawQuery = query.Encode()
	return u.String(), nil
}
