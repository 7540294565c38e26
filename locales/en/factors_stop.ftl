# templates/pages/factors_stop.html

factors-stop-title-ready = Stop the reset?
factors-stop-text-ready = The people who run this site were asked to remove the second factor of your account. If that was not you, stop it:
factors-stop-button = Stop the reset
factors-stop-was-you = If you asked for it because you lost your phone, close this page. Then it goes on.
factors-stop-title-used = Already stopped
factors-stop-text-used = The reset was stopped. Your second factor stays as it is.
factors-stop-title-expired = This link no longer works
factors-stop-text-expired = No reset is waiting: it was stopped, or it is done. Sign in to see the state of your second factor.
factors-stop-see = See the second factor
