package main

import (
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"earshot/api"
	"earshot/survey/access"
	"earshot/survey/access/sso"
)

// doorOptions say how people come in beside the password: second factors, and single sign-on by OpenID Connect.
type doorOptions struct {
	secondFactor, passwordLogin    string
	issuer, clientID, clientSecret string
	name, groupsClaim, scopes      string
	rolesText                      string
	create, trustEmail             bool
	roles                          []access.GroupRole // rolesText, parsed
}

// define declares them.
func (o *doorOptions) define(fs *flag.FlagSet) {
	fs.StringVar(&o.secondFactor, "require-second-factor", "none", "`who` must have a second factor: none, admins or all; whoever has none is led to set one up before anything else")
	fs.StringVar(&o.passwordLogin, "password-login", "on", "`whether` people come in by password and passkey: on, or off, where single sign-on alone lets them in")
	fs.StringVar(&o.issuer, "oidc-issuer", "", "provider of single sign-on (OpenID Connect) as a `URL`: the issuer that it names in its configuration")
	fs.StringVar(&o.clientID, "oidc-client-id", "", "`id` of Earshot at the provider")
	fs.StringVar(&o.clientSecret, "oidc-client-secret", "", "`secret` of Earshot at the provider, or @ and the file that holds it; a public client has none")
	fs.StringVar(&o.name, "oidc-name", "", "what people call the provider, on the log-in page, such as \"Acme account\" (default: the provider's host)")
	fs.StringVar(&o.groupsClaim, "oidc-groups-claim", "groups", "`claim` that holds a person's groups; dots lead into objects, as in realm_access.roles")
	fs.StringVar(&o.scopes, "oidc-scopes", "", "further `scopes` to ask for, divided by blanks, where the provider tells groups only with one")
	fs.StringVar(&o.rolesText, "oidc-roles", "", "which `group=role` may come in as what, such as \"earshot-admins=admin,sales=rep\", the first that somebody is in; divided by ; where a group has commas in it. Without any, whoever has an account here comes in with the role that it has")
	fs.BoolVar(&o.create, "oidc-create", true, "make an account for whoever has none and is in a group of -oidc-roles")
	fs.BoolVar(&o.trustEmail, "oidc-trust-email", false, "take the provider's e-mail addresses for verified where it does not say so: only where people cannot choose theirs")
}

// check reports what is wrong with the options, and completes them.
func (o *doorOptions) check(problem report) {
	if rules := []string{"", "none", "admins", "all"}; !slices.Contains(rules, o.secondFactor) {
		problem("require-second-factor", "%q is neither none nor admins nor all", o.secondFactor)
	}
	if o.passwordLogin != "" && o.passwordLogin != "on" && o.passwordLogin != "off" {
		problem("password-login", "%q is neither on nor off", o.passwordLogin)
	}
	if o.passwordLogin == "off" && o.issuer == "" {
		problem("password-login", "is off, and there is no other way in: -oidc-issuer is missing")
	}
	o.checkProvider(problem)
	var err error
	if o.roles, err = parseRoles(o.rolesText); err != nil {
		problem("oidc-roles", "%v", err)
	}
}

// checkProvider reports what is wrong with how the provider is reached.
func (o *doorOptions) checkProvider(problem report) {
	if o.issuer == "" {
		if o.clientID != "" || o.clientSecret != "" || o.rolesText != "" {
			problem("oidc-issuer", "is missing: the other -oidc options are of it")
		}
		return
	}
	u, err := url.Parse(o.issuer)
	local := err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !local) {
		problem("oidc-issuer", "%q is not like https://id.example.com; plain http is for a provider on this machine", o.issuer)
	}
	if o.clientID == "" {
		problem("oidc-client-id", "is missing: the provider knows Earshot by it")
	}
	if o.clientSecret, err = readSecret(o.clientSecret); err != nil {
		problem("oidc-client-secret", "%v", err)
	}
}

// parseRoles reads which groups may do what.
func parseRoles(text string) ([]access.GroupRole, error) {
	divider := ","
	if strings.Contains(text, ";") {
		divider = ";"
	}
	var roles []access.GroupRole
	for word := range strings.SplitSeq(text, divider) {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		// A group's own name may have = in it, as in LDAP; a role has none.
		at := strings.LastIndexByte(word, '=')
		if at < 1 {
			return nil, fmt.Errorf("%q is not group=role", word)
		}
		role := access.GroupRole{Group: strings.TrimSpace(word[:at]), Role: access.Level(strings.TrimSpace(word[at+1:]))}
		if !access.KnownLevel(role.Role) {
			return nil, fmt.Errorf("%q is not a role: analyst, rep, manager or admin; in %q", role.Role, word)
		}
		roles = append(roles, role)
	}
	return roles, nil
}

// rules are what package access is told of them.
func (o *doorOptions) rules(base access.Options) access.Options {
	base.SecondFactor = access.Requirement(o.secondFactor)
	base.SignOn = access.SignOnRules{Roles: o.roles, Create: o.create, Only: o.passwordLogin == "off"}
	return base
}

// provider is the provider of single sign-on; nil where none is set. It is not reached for before somebody logs in.
func (o *doorOptions) provider(baseURL string) (api.SignOn, error) {
	if o.issuer == "" {
		return nil, nil //nolint:nilnil // no provider is no failure
	}
	return sso.New(sso.Options{
		Issuer: o.issuer, ClientID: o.clientID, ClientSecret: o.clientSecret, BaseURL: baseURL, Name: o.name,
		GroupsClaim: o.groupsClaim, Scopes: strings.Fields(o.scopes), TrustEmail: o.trustEmail,
	})
}
