package api

import (
	"context"

	"earshot/survey"
	"earshot/survey/access"
)

// stepper lets people in in more than one step, or otherwise than by a password. What is over or not accepted is
// Unauthenticated, a wrong code Invalid, too many of them RateLimited, and what the installation does not want Forbidden.
type stepper interface {
	SecondStepOf(ctx context.Context, pending string) (*access.Second, error)
	SecondStep(ctx context.Context, pending string, proof access.Proof, from access.Browser) (*access.Entry, error)
	EntryOptions(ctx context.Context) (string, error)
	LoginByPasskey(ctx context.Context, answer string, from access.Browser) (*access.Entry, error)
	LoginBySignOn(ctx context.Context, p access.Person, from access.Browser) (*access.Entry, error)
	SignOnOnly() bool
	WayInOpen(ctx context.Context, link string) error
	ComeIn(ctx context.Context, link string, from access.Browser) (*access.Entry, error)
}

// guardian sees to who may change what guards an account, with the same errors.
type guardian interface {
	MustEnrol(ctx context.Context, rep *access.Rep, session string) (bool, error)
	Confirmed(ctx context.Context, session string) (bool, error)
	SignedOn(ctx context.Context, session string) (bool, error)
	ConfirmOptions(ctx context.Context, rep *access.Rep) (string, error)
	Confirm(ctx context.Context, rep *access.Rep, session, password string, proof access.Proof) error
}

// factorKeeper keeps the second factors. Errors are NotFound, Invalid, Unauthenticated for a passkey that is not accepted,
// RateLimited, and Conflict for a factor that must stay.
type factorKeeper interface {
	HasPasskeys() bool
	OfferApp(ctx context.Context, id survey.RepID) error
	OfferedApp(rep *access.Rep, company string) (*access.Offer, error)
	ConfirmApp(ctx context.Context, id survey.RepID, code string) ([]string, error)
	RemoveApp(ctx context.Context, id survey.RepID) error
	EnrolOptions(ctx context.Context, rep *access.Rep) (string, error)
	AddPasskey(ctx context.Context, id survey.RepID, name, made string) ([]string, error)
	RemovePasskey(ctx context.Context, id survey.RepID, passkey string) error
	RenewRecovery(ctx context.Context, id survey.RepID) ([]string, error)
	RemoveFactors(ctx context.Context, id survey.RepID) error
}

// SignOn is the provider of single sign-on. Where it cannot be reached the error is Unavailable; what it says and does not
// hold is Unauthenticated.
type SignOn interface {
	// Name is what people call it.
	Name() string
	// Begin returns where the browser goes; anew has people prove anew who they are.
	Begin(ctx context.Context, anew bool) (*access.SignOnBegun, error)
	Finish(ctx context.Context, begun access.SignOnBegun, answer access.SignOnAnswer) (*access.Person, error)
	// LogoutURL is where somebody is logged out at the provider and comes back from; empty where it offers none.
	LogoutURL(ctx context.Context) (string, error)
}
