# Arabic for right_to_left.test.js: enough to see whether pages are laid out rightly from right to left. It is not shipped.
# What it lacks is said in English.

language-name = العربية
language-label = اللغة
language-browser = لغة المتصفح

skip-to-content = انتقل إلى المحتوى
nav-main = القائمة الرئيسية
nav-account = الحساب
nav-users = المستخدمون
nav-groups = المجموعات
sign-in = تسجيل الدخول
sign-up = إنشاء حساب
sign-out = تسجيل الخروج
save = حفظ التغييرات
never = أبدًا
link-privacy = الخصوصية

title-error = خطأ:
errors-heading = يرجى مراجعة { $n } من الحقول
error-email-missing = أدخل عنوان بريدك الإلكتروني.
error-email-invalid = أدخل عنوان بريد إلكتروني مثل name@example.org.
error-password-missing = أدخل كلمة مرور.
error-your-password-missing = أدخل كلمة مرورك.
error-current-password-missing = أدخل كلمة مرورك الحالية.
error-new-password-missing = أدخل كلمة مرور جديدة.
error-name-too-long = أدخل اسمًا لا يزيد على { $max } حرفًا.
error-code-missing = أدخل الرمز المرسل في الرسالة.
error-sign-in = لم يتم تسجيل الدخول. تحقق من عنوان البريد الإلكتروني وكلمة المرور. إذا كنت قد أنشأت حسابك للتو، فأكد عنوانك أولًا.

flash-welcome = تم تأكيد عنوانك وأنت الآن مسجل الدخول.
flash-signed-out = تم تسجيل خروجك.
flash-saved = تم حفظ تغييراتك.
flash-language = اللغة الآن هي العربية.
flash-language-account = اللغة الآن هي العربية، لرسائلك أيضًا.
flash-email-change-requested = نرسل رسالة إلى العنوان الجديد. افتح الرابط الذي فيها لإتمام التغيير.
flash-email-changed = تم تغيير عنوانك.

field-optional = (اختياري)
field-name = الاسم
field-email = عنوان البريد الإلكتروني
field-password = كلمة المرور
field-current-password = كلمة المرور الحالية
field-new-password = كلمة المرور الجديدة
field-new-email = عنوان البريد الإلكتروني الجديد
field-code = الرمز المرسل في الرسالة
field-remember = أبقني مسجل الدخول على هذا الجهاز
field-language = لغة العرض
password-hint = { $min } حرفًا على الأقل. الكلمات التي لا رابط بينها خيار جيد.
password-show = إظهار
password-hide = إخفاء
password-show-label = إظهار كلمة المرور
password-hide-label = إخفاء كلمة المرور
code-hint = مثل WDJB-MJHT. يبقى صالحًا { $minutes } دقيقة.

time-now = الآن
time-minutes =
    { $n ->
        [one] قبل دقيقة
        [two] قبل دقيقتين
        [few] قبل { $n } دقائق
       *[other] قبل { $n } دقيقة
    }
time-hours =
    { $n ->
        [one] قبل ساعة
        [two] قبل ساعتين
        [few] قبل { $n } ساعات
       *[other] قبل { $n } ساعة
    }
time-days =
    { $n ->
        [one] قبل يوم
        [two] قبل يومين
        [few] قبل { $n } أيام
       *[other] قبل { $n } يومًا
    }

status-all = كل الحالات
status-pending = قيد الانتظار
status-active = نشط
status-disabled = معطل
status-deleting = قيد الحذف
role-all = كل الأدوار
role-user = مستخدم
role-admin = مدير
device-unknown = جهاز غير معروف
device-on = { $browser } على { $system }

home-title = أهلًا وسهلًا
home-text = سجل الدخول للمتابعة، أو أنشئ حسابًا إن كنت جديدًا هنا.
home-signed-in-heading = أنت مسجل الدخول
home-signed-in-text = باسم
home-account = حسابك
signup-known = هل لديك حساب بالفعل؟
login-new = هل أنت جديد هنا؟
logout-heading = هل تريد تسجيل الخروج؟
logout-text = هذا ينهي جلستك في { $site } على هذا المتصفح.
sent-title = تفقد بريدك
sent-to = نرسل رسالة إلى
sent-link-or-code = افتح الرابط الذي فيها، أو اكتب الرمز هنا.
sent-nothing-heading = لم تصل الرسالة بعد؟
sent-nothing-text = قد يستغرق الأمر بضع دقائق. ابحث في مجلد الرسائل غير المرغوب فيها أيضًا.
send-again = إرسال الرسالة مرة أخرى
confirm-title-ready = أكد عنوانك
confirm-text = بقيت خطوة واحدة لإتمام حسابك في { $site }. هل هذا عنوانك؟
confirm-button = تأكيد العنوان
confirm-send-new = إرسال رسالة جديدة
account-title = حسابك
account-name-hint = الاسم الذي تريد أن تُنادى به هنا.
account-language-hint = لهذه الصفحات وللرسائل التي تصلك.
account-facts = التفاصيل
fact-joined = تاريخ الانضمام
fact-seen = آخر ظهور
fact-confirmed = تأكيد عنوان البريد
fact-not-yet = ليس بعد
fact-sessions = الجلسات المفتوحة
fact-id = رقم الحساب

settings-profile = الملف الشخصي
settings-email = البريد الإلكتروني
settings-password = كلمة المرور
settings-sessions = الجلسات
settings-activity = النشاط
settings-delete = البيانات والحذف
email-title = عنوان البريد الإلكتروني
email-current = عنوان بريدك الإلكتروني
email-button = إرسال الرابط
email-confirm-title-ready = أكد عنوانك الجديد
email-confirm-old = العنوان الحالي
email-confirm-new = العنوان الجديد
email-confirm-button = تغيير العنوان
change-password-title = كلمة المرور
change-password-text = هذا ينهي كل جلساتك الأخرى. تبقى مسجل الدخول هنا.
change-password-button = تغيير كلمة المرور
forgot-link = هل نسيت كلمة المرور؟
forgot-title = هل نسيت كلمة المرور؟
forgot-text = اكتب العنوان الذي أنشأت به حسابك. نرسل إليك رسالة فيها رابط تختار به كلمة مرور جديدة.
forgot-button = أرسل إلي رابطًا
forgot-back = العودة إلى تسجيل الدخول
login-confirm-title = أكد أنك أنت
login-confirm-why =
    { $minutes ->
        [one] للمتابعة، اكتب كلمة مرورك مرة أخرى. لن تُطلب منك بعد ذلك لمدة دقيقة واحدة.
        [two] للمتابعة، اكتب كلمة مرورك مرة أخرى. لن تُطلب منك بعد ذلك لمدة دقيقتين.
        [few] للمتابعة، اكتب كلمة مرورك مرة أخرى. لن تُطلب منك بعد ذلك لمدة { $minutes } دقائق.
       *[other] للمتابعة، اكتب كلمة مرورك مرة أخرى. لن تُطلب منك بعد ذلك لمدة { $minutes } دقيقة.
    }
login-confirm-button = تأكيد

sessions-title = الجلسات
sessions-this = هذه الجلسة
sessions-end = إنهاء الجلسة
sessions-others =
    { $n ->
        [0] لا جلسات أخرى
        [one] جلسة أخرى
        [two] جلستان أخريان
        [few] { $n } جلسات أخرى
       *[other] { $n } جلسة أخرى
    }
session-started = بدأت
session-ends-kept = تنتهي إن لم تُستخدم حتى
session-ends-latest = وفي موعد أقصاه
activity-title = النشاط
activity-what = ما حدث
activity-when = متى
activity-where = من أين
event-created = إنشاء الحساب
event-signed-in = تسجيل الدخول
event-signed-out = تسجيل الخروج
delete-title = البيانات والحذف
delete-heading = حذف حسابك
delete-button = احذف حسابي
export-heading = بياناتك
export-button = تنزيل بياناتك

users-title = المستخدمون
users-search = الاسم أو عنوان البريد الإلكتروني
search-button = بحث
users-by-status = الحالة
users-by-role = الدور
users-by-group = المجموعة
users-name = الاسم
users-address = عنوان البريد
users-status = الحالة
users-role = الدور
users-count-exactly =
    { $n ->
        [one] مستخدم واحد
        [two] مستخدمان
        [few] { $count } مستخدمين
       *[other] { $count } مستخدم
    }
users-order-reverse-created = الأحدث أولًا
users-order-name = حسب الاسم
users-none-found = لم يُعثر على مستخدمين
users-show-all = عرض كل المستخدمين
paging-label = الصفحات
paging-previous = السابق
paging-next = التالي

error-page-home = إلى الصفحة الرئيسية
error-page-404-title = الصفحة غير موجودة
error-page-404-text = لا شيء في هذا العنوان. تحقق من عدم وجود أخطاء إملائية. وإن كان من رسالة، فاستخدم أحدثها.

dev-mailbox-title = صندوق بريد التطوير
dev-mail-subject = الموضوع
dev-mail-to = إلى
dev-mail-from = من
dev-mail-at = أُرسلت
dev-mail-text = النص العادي
dev-mail-html = نسخة HTML

mail-asked = ورد الطلب من:
mail-confirm-email-subject = { $site }: أكد عنوانك
mail-confirm-email-title = أكد عنوانك
mail-confirm-email-text = سجل أحدهم في { $site } بهذا العنوان.
mail-confirm-email-link =
    { $hours ->
        [one] إن كنت أنت، فافتح هذا الرابط خلال ساعة:
        [two] إن كنت أنت، فافتح هذا الرابط خلال ساعتين:
        [few] إن كنت أنت، فافتح هذا الرابط خلال { $hours } ساعات:
       *[other] إن كنت أنت، فافتح هذا الرابط خلال { $hours } ساعة:
    }
mail-confirm-email-code =
    { $minutes ->
        [few] أو اكتب هذا الرمز في صفحة التسجيل خلال { $minutes } دقائق:
       *[other] أو اكتب هذا الرمز في صفحة التسجيل خلال { $minutes } دقيقة:
    }
mail-confirm-email-not-you = إن لم تكن أنت، فتجاهل هذه الرسالة. لن يُنشأ حساب ما لم تؤكد.

groups-title = المجموعات
groups-text = تحدد المجموعات من يمكنه استخدام أي تطبيق خلف هذا الموقع. يسري التغيير فورًا.
groups-count = المجموعات: { $n }
groups-name = الاسم
groups-name-hint = حروف لاتينية صغيرة وأرقام ونقاط وواصلات وشرطات سفلية. لا يمكن تغييره لاحقًا.
groups-description = الوصف
groups-no-description = بلا وصف
groups-members = الأعضاء
groups-in-settings = من الإعدادات
groups-none = لا توجد مجموعات بعد
groups-none-text = أنشئ الأولى أدناه ثم أضف إليها أشخاصًا.
groups-new = مجموعة جديدة
groups-create = إنشاء المجموعة
groups-not-saved = لقد أكدت هويتك. ما كتبته موجود من جديد، لكن لم يُحفظ شيء بعد.
group-all = أي مجموعة
group-members-exactly =
    { $n ->
       *[other] الأعضاء: { $count }
    }
group-members-about = نحو { $count } من الأعضاء
group-members-more-than = أكثر من { $count } من الأعضاء
group-in-list = عرض في قائمة المستخدمين
group-none = لا أحد في هذه المجموعة بعد.
group-remove = إزالة
group-add = إضافة عضو
group-add-hint = عنوان حساب موجود بالفعل.
group-add-button = إضافة إلى المجموعة
group-change = تغيير الوصف
group-delete = حذف المجموعة
group-delete-text = يفقد جميع الأعضاء فورًا ما تسمح به المجموعة. تبقى حساباتهم.
group-delete-button = حذف المجموعة { $name }
group-in-settings-text = هذه المجموعة من إعدادات الخادم. يمكن تغيير أعضائها هنا، أما المجموعة نفسها فهناك فقط.
group-not-pressed = لقد أكدت هويتك. لم يتغير شيء بعد: اضغط الزر مرة أخرى.
account-groups = المجموعات
user-groups = المجموعات
user-no-groups = لا شيء
user-groups-save = حفظ المجموعات
user-groups-not-saved = لقد أكدت هويتك. اختيارك موجود من جديد، لكنه لم يُحفظ بعد.
event-group-joined = أُضيف إلى مجموعة
event-group-left = أُزيل من مجموعة
error-group-name-missing = اكتب اسمًا للمجموعة.
error-group-name-invalid = اكتب اسمًا من حروف لاتينية صغيرة وأرقام ونقاط وواصلات وشرطات سفلية، { $max } حرفًا على الأكثر. الأول حرف أو رقم.
error-group-taken = توجد مجموعة بهذا الاسم. اختر اسمًا آخر.
error-group-description = اكتب سطرًا واحدًا من { $max } حرف على الأكثر.
error-group-in-settings = هذه المجموعة من إعدادات الخادم، ولا يمكن تغييرها إلا هناك.
error-group-no-account = لا يوجد حساب بهذا العنوان. من سجّل عليه أن يؤكد العنوان أولًا.
error-group-unknown = حُذفت إحدى المجموعات في هذه الأثناء. لم يتغير شيء: انظر إلى المجموعات واختر من جديد.
flash-group-created = أُنشئت المجموعة. أضف أول أعضائها.
flash-group-deleted = حُذفت المجموعة.
flash-member-added = الحساب الآن في المجموعة.
flash-member-removed = الحساب لم يعد في المجموعة.
