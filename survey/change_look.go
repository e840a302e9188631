package survey

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"earshot/survey/store"
)

// LookInput is the look as it shall be from now on.
type LookInput struct {
	Accent string     `json:"accent" validate:"omitempty,colour"`
	Sender SenderName `json:"sender" validate:"omitempty,oneof=rep company both"`
	LogoBy LogoBy     `json:"logo_by" validate:"omitempty,oneof=none inline link"`
	// Logo is a file, PNG, JPEG or GIF; none leaves none, except where KeepLogo leaves the one that is there.
	Logo     []byte `json:"logo"`
	KeepLogo bool   `json:"-"`
	// Version is that of the look which the caller read, so that nobody else's change is overwritten; 0 does not ask.
	Version int64 `json:"version"`
	// By is the rep who changes it; empty by API.
	By RepID `json:"-"`
}

// Look returns the installation's look; before anybody has chosen one, an empty one of version 0.
func (s *Service) Look(ctx context.Context) (*Look, error) {
	l, err := s.db.looks.Get(ctx, lookID)
	if errors.Is(err, store.ErrNotFound) {
		return &Look{Meta: store.Meta{ID: lookID}}, nil
	}
	return l, err
}

// ChangeLook replaces the look. It is in force in every process within lookLife. Returns Invalid, or Conflict if in.Version is not the stored one.
func (s *Service) ChangeLook(ctx context.Context, in LookInput) (*Look, error) {
	in.Accent = strings.ToLower(tidy(in.Accent))
	if err := check(in); err != nil {
		return nil, err
	}
	look, err := s.Look(ctx)
	if err != nil {
		return nil, err
	}
	if in.Version != 0 && in.Version != look.Version {
		return nil, errLookChanged()
	}
	if err := s.changeLogo(ctx, look, in); err != nil {
		return nil, err
	}
	look.Accent, look.Sender, look.LogoBy, look.UpdatedAt, look.UpdatedBy = in.Accent, in.Sender, in.LogoBy, s.now(), in.By
	if look.Version == 0 {
		err = s.db.looks.Insert(ctx, look)
	} else {
		err = s.db.looks.Replace(ctx, look)
	}
	s.looks.Forget(lookID)
	if isDuplicate(err) || errors.Is(err, store.ErrConflict) {
		return nil, errLookChanged()
	}
	return look, err
}

func errLookChanged() error {
	return Errorf(Conflict, "the look was changed by somebody else meanwhile; read it again and repeat")
}

// changeLogo keeps the logo's picture and names it in the look. A picture that is there is not drawn anew, which some lose by.
func (s *Service) changeLogo(ctx context.Context, look *Look, in LookInput) error {
	if len(in.Logo) == 0 {
		if !in.KeepLogo {
			look.Logo, look.LogoWidth, look.LogoHeight = "", 0, 0
		}
		if look.Logo == "" && in.LogoBy != "" && in.LogoBy != LogoNot {
			return InvalidField("logo", "is required where mails shall show one")
		}
		return nil
	}
	if known, err := s.Logo(ctx, look.Logo); err == nil && bytes.Equal(known.Body, in.Logo) {
		return nil
	}
	logo, err := readLogo(in.Logo)
	if err != nil {
		return err
	}
	logo.CreatedAt = s.now()
	if err := s.db.logos.Insert(ctx, logo); err != nil && !isDuplicate(err) {
		return err
	}
	look.Logo, look.LogoWidth, look.LogoHeight = logo.ID, logo.Width, logo.Height
	return nil
}

// Logo returns the picture of that name, of this look or an earlier one, or NotFound. It is shared: do not change it.
func (s *Service) Logo(ctx context.Context, name string) (*Logo, error) {
	missing := Errorf(NotFound, "there is no such logo")
	if len(name) != logoHash+len(pngEnding) || !printable(name) {
		return nil, missing
	}
	return s.logos.Recall(s.clock(), name, func() (*Logo, error) {
		l, err := s.db.logos.Get(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			return nil, missing
		}
		return l, err
	})
}

const (
	// lookLife is how long a look that was read holds: a change is in force everywhere after that.
	lookLife = 5 * time.Second
	// maxCachedLogos bounds the pictures in memory: the one in use, and those of the mails before.
	maxCachedLogos = 8
)

// LookInForce returns the look as of at most lookLife ago. It keeps nobody from being asked: where it cannot be read now it is the last one that
// could be, or an empty one. It is shared: do not change it.
func (s *Service) LookInForce(ctx context.Context) *Look {
	look, err := s.looks.Recall(s.clock(), lookID, func() (*Look, error) { return s.Look(ctx) })
	if err != nil {
		s.log.WarnContext(ctx, "the look could not be read; the last one stays", "error", err)
		if look = s.lastLook.Load(); look == nil {
			look = &Look{}
		}
		return look
	}
	s.lastLook.Store(look)
	return look
}
