-- One name for one thing: tables, columns and stored words are named as in the code, after the field's own terms (OWASP, NIST
-- SP 800-63B, OpenID).

ALTER TABLE sessions RENAME COLUMN proved_at TO authenticated_at;
ALTER TABLE sessions RENAME COLUMN failed_proofs TO failed_reauths;
ALTER TABLE sessions RENAME COLUMN draft TO saved_form;
ALTER TABLE sessions RENAME COLUMN address TO client_ip;
ALTER TABLE activity RENAME COLUMN place TO masked_ip;
ALTER TABLE mails RENAME COLUMN place TO masked_ip;
ALTER TABLE mails RENAME COLUMN purpose TO kind;
ALTER TABLE sign_in_failures RENAME COLUMN address_hash TO email_hash;
ALTER TABLE users RENAME COLUMN unusable_address TO unusable_email;
ALTER TABLE mailed_tokens RENAME TO email_tokens;
ALTER TABLE address_changes RENAME TO email_changes;

UPDATE activity
SET event = CASE event
    WHEN 'proof_failed' THEN 'reauth_failed'
    WHEN 'reset_asked' THEN 'password_reset_requested'
    WHEN 'address_change_asked' THEN 'email_change_requested'
    WHEN 'address_change_withdrawn' THEN 'email_change_withdrawn'
    WHEN 'address_changed' THEN 'email_changed'
    WHEN 'address_restored' THEN 'email_restored'
    WHEN 'exported' THEN 'data_exported'
    WHEN 'deletion_asked' THEN 'deletion_requested' END
WHERE event IN ('proof_failed', 'reset_asked', 'address_change_asked', 'address_change_withdrawn', 'address_changed',
    'address_restored', 'exported', 'deletion_asked');
UPDATE mails
SET kind = CASE kind
    WHEN 'confirm' THEN 'confirm_email'
    WHEN 'address_taken' THEN 'email_taken'
    WHEN 'reset' THEN 'password_reset'
    WHEN 'reset_disabled' THEN 'password_reset_disabled'
    WHEN 'address_restored' THEN 'email_restored'
    WHEN 'deletion_asked' THEN 'deletion_requested' END
WHERE kind IN ('confirm', 'address_taken', 'reset', 'reset_disabled', 'address_restored', 'deletion_asked');
UPDATE email_tokens
SET purpose = CASE purpose
    WHEN 'confirm' THEN 'confirm_email'
    WHEN 'reset' THEN 'password_reset' END
WHERE purpose IN ('confirm', 'reset');
UPDATE revoked_tokens
SET reason = CASE reason
    WHEN 'address_changed' THEN 'email_changed'
    WHEN 'address_restored' THEN 'email_restored' END
WHERE reason IN ('address_changed', 'address_restored');

ALTER INDEX mailed_tokens_of_user RENAME TO email_tokens_of_user;
ALTER INDEX mailed_tokens_by_expiry RENAME TO email_tokens_by_expiry;
ALTER INDEX address_changes_of_user RENAME TO email_changes_of_user;
ALTER INDEX address_changes_by_email RENAME TO email_changes_by_email;
ALTER INDEX address_changes_by_time RENAME TO email_changes_by_time;
ALTER INDEX users_of_unusable_address RENAME TO users_of_unusable_email;
ALTER INDEX users_account_of_address RENAME TO users_account_of_email;
ALTER TABLE email_tokens RENAME CONSTRAINT mailed_tokens_address TO email_tokens_email;
ALTER TABLE email_changes RENAME CONSTRAINT address_changes_address TO email_changes_email;
ALTER TABLE users RENAME CONSTRAINT users_address TO users_email;
ALTER TABLE sign_ups RENAME CONSTRAINT sign_ups_address TO sign_ups_email;
ALTER TABLE mails RENAME CONSTRAINT mails_address TO mails_email;
ALTER TABLE email_tokens RENAME CONSTRAINT mailed_tokens_pkey TO email_tokens_pkey;
ALTER TABLE email_changes RENAME CONSTRAINT address_changes_pkey TO email_changes_pkey;
ALTER TABLE email_changes RENAME CONSTRAINT address_changes_user_id_fkey TO email_changes_user_id_fkey;
