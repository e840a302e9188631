package mailhook

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // signature version 1 of SNS, which is still its default
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"earshot/survey/inbound"
)

// snsMessage is what Amazon SNS posts.
type snsMessage struct {
	Type, MessageID, TopicArn, Message, Timestamp string
	Subject                                       *string
	Token, SubscribeURL                           string
	SignatureVersion, Signature, SigningCertURL   string
}

var (
	topicARN = regexp.MustCompile(`^arn:aws(?:-[a-z]+)*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}(?:\.fifo)?$`)
	// certificatePath is what SNS calls its certificates.
	certificatePath = regexp.MustCompile(`/SimpleNotificationService-[0-9a-f]{1,64}\.pem$`)
	snsHost         = regexp.MustCompile(`^sns\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$`)
)

// readSNS reads what SNS posts: news of SES, or that the topic wants to know whether we are there.
func (h *Hooks) readSNS(ctx context.Context, r Request) ([]inbound.Mail, error) {
	var m snsMessage
	if json.Unmarshal(r.Body, &m) != nil || m.TopicArn != h.SESTopic {
		return nil, ErrStranger
	}
	if err := h.verifySNS(ctx, &m); err != nil {
		return nil, err
	}
	switch m.Type {
	case "Notification":
		return readSES(&m)
	case "SubscriptionConfirmation":
		if !h.ofSNS(m.SubscribeURL) {
			return nil, ErrStranger
		}
		if _, err := h.Fetch(ctx, m.SubscribeURL); err != nil {
			return nil, fmt.Errorf("%w: the subscription could not be confirmed: %w", ErrUnavailable, err)
		}
	}
	return nil, nil
}

// ofSNS says whether an address is one of Amazon's, of SNS in the topic's region, by https: nothing else is ever fetched.
func (h *Hooks) ofSNS(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" {
		return false
	}
	host, topic := snsHost.FindStringSubmatch(u.Host), topicARN.FindStringSubmatch(h.SESTopic)
	return host != nil && topic != nil && host[1] == topic[1]
}

// signed is the text that SNS signs.
func (m *snsMessage) signed() string {
	var b strings.Builder
	add := func(name, value string) { b.WriteString(name + "\n" + value + "\n") }
	add("Message", m.Message)
	add("MessageId", m.MessageID)
	if m.Type == "Notification" {
		if m.Subject != nil {
			add("Subject", *m.Subject)
		}
		add("Timestamp", m.Timestamp)
	} else {
		add("SubscribeURL", m.SubscribeURL)
		add("Timestamp", m.Timestamp)
		add("Token", m.Token)
	}
	add("TopicArn", m.TopicArn)
	add("Type", m.Type)
	return b.String()
}

// verifySNS says whether SNS signed the message.
func (h *Hooks) verifySNS(ctx context.Context, m *snsMessage) error {
	signature, err := base64.StdEncoding.DecodeString(m.Signature)
	if err != nil || !h.ofSNS(m.SigningCertURL) || !certificatePath.MatchString(m.SigningCertURL) {
		return ErrStranger
	}
	var hash crypto.Hash
	var sum []byte
	switch m.SignatureVersion {
	case "1":
		s := sha1.Sum([]byte(m.signed())) //nolint:gosec // as above
		hash, sum = crypto.SHA1, s[:]
	case "2":
		s := sha256.Sum256([]byte(m.signed()))
		hash, sum = crypto.SHA256, s[:]
	default:
		return ErrStranger
	}
	certificate, err := h.certificate(ctx, m.SigningCertURL)
	if err != nil {
		return err
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok || rsa.VerifyPKCS1v15(key, hash, sum, signature) != nil {
		return ErrStranger
	}
	return nil
}

// maxCertificates is how many certificates are kept: SNS changes its own once a year, and an address of its host that holds none keeps
// nothing.
const maxCertificates = 20

// certificate returns the one at that address of SNS, which is fetched once.
func (h *Hooks) certificate(ctx context.Context, address string) (*x509.Certificate, error) {
	h.mu.Lock()
	kept := h.certificates[address]
	h.mu.Unlock()
	if kept == nil {
		raw, err := h.Fetch(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("%w: the certificate of SNS could not be fetched: %w", ErrUnavailable, err)
		}
		block, _ := pem.Decode(raw)
		if block == nil {
			return nil, ErrStranger
		}
		if kept, err = x509.ParseCertificate(block.Bytes); err != nil {
			return nil, ErrStranger
		}
	}
	if now := h.Now(); now.Before(kept.NotBefore) || now.After(kept.NotAfter) {
		return nil, ErrStranger
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.certificates) >= maxCertificates {
		clear(h.certificates)
	}
	h.certificates[address] = kept
	return kept, nil
}
