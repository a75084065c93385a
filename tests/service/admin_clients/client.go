// Manages a key with the Go client that was generated from the OpenAPI document, and prints what happened.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"time"

	api "keystile.test/client/generated"
)

type settings struct{ URL, Token, Environment string }

// must returns the result of an operation, or stops the program.
func must[T any](result *T, _ any, err error) *T {
	if err != nil {
		var failure *api.GenericOpenAPIError
		if errors.As(err, &failure) {
			log.Fatal(err, string(failure.Body()))
		}
		log.Fatal(err)
	}
	return result
}

func main() {
	var given settings
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		log.Fatal(err)
	}
	configuration := api.NewConfiguration()
	configuration.Servers = api.ServerConfigurations{{URL: given.URL}}
	admin := api.NewAPIClient(configuration).AdminAPI
	ctx := context.WithValue(context.Background(), api.ContextAccessToken, given.Token)

	environments := must(admin.ListEnvironments(ctx).Execute()).Environments
	request := api.NewCreateKeyRequest("go")
	request.Permissions = []api.Permission{api.PERMISSION_READ, api.PERMISSION_WRITE}
	request.SetExpiresAt(time.Date(2099, 1, 31, 0, 0, 0, 0, time.UTC))
	request.Tags = []string{"ci"}
	create := admin.CreateKey(ctx, given.Environment).CreateKeyRequest(*request).IdempotencyKey("go-1")
	created := must(create.Execute())
	repeated := must(create.Execute())
	key := created.Key.Id
	confirmed := must(admin.ConfirmKey(ctx, created.ConfirmationTicket).Execute())
	edit := api.NewEditKeyRequest()
	edit.SetOwner("Ada")
	edit.SetExpiresAtNil()
	edited := must(admin.EditKey(ctx, key).EditKeyRequest(*edit).Execute())
	listed := must(admin.ListKeys(ctx, given.Environment).Search("go").Limit(10).Execute())
	disable := api.NewDisableKeyRequest()
	disable.SetSeconds(60)
	disabled := must(admin.DisableKey(ctx, key).DisableKeyRequest(*disable).Execute())
	enabled := must(admin.EnableKey(ctx, key).Execute())
	rotation := api.NewRotateKeyRequest()
	rotation.SetOverlapSeconds(3600)
	rotated := must(admin.RotateKey(ctx, key).RotateKeyRequest(*rotation).Execute())
	both := must(admin.ConfirmKey(ctx, rotated.ConfirmationTicket).Execute())
	ended := must(admin.EndOldSecret(ctx, key).Execute())
	otherRequest := api.NewCreateKeyRequest("go-other")
	other := must(admin.CreateKey(ctx, given.Environment).CreateKeyRequest(*otherRequest).Execute())
	if _, err := admin.DiscardKey(ctx, other.ConfirmationTicket).Execute(); err != nil {
		log.Fatal(err)
	}
	unwanted := must(admin.GetKey(ctx, other.Key.Id).Execute())
	thirdRequest := api.NewCreateKeyRequest("go-third")
	third := must(admin.CreateKey(ctx, given.Environment).CreateKeyRequest(*thirdRequest).Execute())
	must(admin.ConfirmKey(ctx, third.ConfirmationTicket).Execute())
	revocation := api.NewRevokeKeyRequest()
	revocation.SetReason(api.REVOKEREASON_SUPERSEDED)
	revocation.SetNote("by another")
	revoked := must(admin.RevokeKey(ctx, third.Key.Id).RevokeKeyRequest(*revocation).Execute())
	_, response, err := admin.GetKey(ctx, "unknown").Execute()
	var failure *api.GenericOpenAPIError
	var problem struct{ Code string }
	if !errors.As(err, &failure) || json.Unmarshal(failure.Body(), &problem) != nil {
		log.Fatal("an unknown key must be a problem: ", err)
	}

	err = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"environments":  len(environments),
		"created":       created.Key.State,
		"expires_at":    created.Key.GetExpiresAt(),
		"is_same":       repeated.ApiKey == created.ApiKey,
		"confirmed":     confirmed.State,
		"permissions":   confirmed.Permissions,
		"owner":         edited.Owner,
		"never_expires": !edited.ExpiresAt.IsSet() || edited.ExpiresAt.Get() == nil,
		"listed":        listed.Total,
		"disabled":      disabled.State,
		"enabled":       enabled.State,
		"has_two":       both.OldSecretEndsAt.Get() != nil,
		"has_one":       ended.OldSecretEndsAt.Get() == nil,
		"discarded":     unwanted.State,
		"revoked":       []any{revoked.State, revoked.GetRevokeReason()},
		"problem":       []any{response.StatusCode, problem.Code},
		"key":           key,
		"old_secret":    created.ApiKey,
		"api_key":       rotated.ApiKey,
	})
	if err != nil {
		log.Fatal(err)
	}
}
