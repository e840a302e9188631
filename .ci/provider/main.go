// Command provider is a provider of OpenID Connect for tests: the certified server library of zitadel/oidc with its own
// storage in memory and its own log-in page, with people who have groups. It stands in a module of its own, so that nothing
// of it reaches the product.
//
//	provider -redirect http://127.0.0.1:8080/login/sso/callback -people people.json
//
// It listens on a free port and prints its issuer. The client is "earshot" with the secret "secret".
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

func main() {
	redirect := flag.String("redirect", "", "`URL` to which people are sent back")
	people := flag.String("people", "", "`file` with the people: by their subject, user name, password, address, groups")
	flag.Parse()
	if err := run(*redirect, *people); err != nil {
		log.Fatal(err)
	}
}

// person is somebody of the provider's.
type person struct {
	storage.User
	Groups []string
}

func run(redirect, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	people := map[string]*person{}
	if err := json.Unmarshal(content, &people); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + listener.Addr().String()
	storage.RegisterClients(storage.WebClient("earshot", "secret", redirect))
	with := &withGroups{storage.NewStorage(users{people}), people}
	server := &http.Server{Handler: exampleop.SetupServer(issuer, with, slog.New(slog.DiscardHandler), false), ReadHeaderTimeout: time.Minute}
	fmt.Println(issuer)
	return server.Serve(listener)
}

// users are the people as the library's storage asks for them.
type users struct{ people map[string]*person }

func (u users) ExampleClientID() string { return "service" }

func (u users) GetUserByID(id string) *storage.User {
	if p := u.people[id]; p != nil {
		return &p.User
	}
	return nil
}

func (u users) GetUserByUsername(name string) *storage.User {
	for _, p := range u.people {
		if p.Username == name {
			return &p.User
		}
	}
	return nil
}

// withGroups tells the groups beside what the library's storage tells.
type withGroups struct {
	*storage.Storage
	people map[string]*person
}

func (s *withGroups) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	if err := s.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin); err != nil {
		return err
	}
	if p := s.people[subject]; p != nil {
		info.AppendClaims("groups", p.Groups)
	}
	return nil
}
