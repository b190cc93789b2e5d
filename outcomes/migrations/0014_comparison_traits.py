"""The tables of the comparison made anew: they are derived, and filled again after `migrate`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outcomes', '0013_reminders'),
        ('patients', '0008_joining'),
    ]

    operations = [
        migrations.DeleteModel('CohortOutcome'),
        migrations.DeleteModel('CohortEntry'),
        migrations.CreateModel(
            name='CohortEntry',
            fields=[
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='cohort_entry', serialize=False, to='patients.patient')),
                ('origin', models.CharField(max_length=12)),
                ('operated', models.BooleanField()),
                ('band', models.CharField(max_length=20)),
                ('band_first_deficit', models.CharField(max_length=20)),
                ('band_presentation', models.CharField(max_length=20)),
                ('band_decision', models.CharField(max_length=20)),
                ('hours', models.JSONField()),
                ('levels', models.CharField(max_length=90)),
                ('age_band', models.CharField(blank=True, default='', max_length=30)),
                ('first_worst', models.PositiveSmallIntegerField(null=True)),
                ('preop_worst', models.PositiveSmallIntegerField(null=True)),
                ('preop_stale', models.CharField(max_length=20)),
                ('etiology', models.CharField(blank=True, default='', max_length=30)),
                ('technique', models.CharField(blank=True, default='', max_length=30)),
                ('durotomy', models.CharField(blank=True, default='', max_length=30)),
                ('fixation', models.CharField(blank=True, default='', max_length=30)),
                ('cement_removal', models.CharField(blank=True, default='', max_length=30)),
                ('residual_cement', models.CharField(blank=True, default='', max_length=30)),
                ('compartment', models.CharField(blank=True, default='', max_length=30)),
                ('cord_compression', models.CharField(blank=True, default='', max_length=30)),
                ('complication', models.CharField(blank=True, default='', max_length=30)),
                ('reoperation', models.CharField(blank=True, default='', max_length=30)),
                ('recovery', models.JSONField(default=dict)),
                ('consent', models.JSONField(default=list)),
                ('stamp', models.BigIntegerField()),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='patients.site')),
            ],
        ),
        migrations.CreateModel(
            name='CohortConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='outcomes.cohortentry')),
            ],
        ),
        migrations.CreateModel(
            name='CohortOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=20)),
                ('window', models.CharField(max_length=20)),
                ('worst', models.PositiveSmallIntegerField(null=True)),
                ('right', models.PositiveSmallIntegerField(null=True)),
                ('left', models.PositiveSmallIntegerField(null=True)),
                ('weaker', models.PositiveSmallIntegerField(null=True)),
                ('lems', models.PositiveSmallIntegerField(null=True)),
                ('walks_alone', models.BooleanField(null=True)),
                ('voids', models.BooleanField(null=True)),
                ('dead', models.BooleanField(null=True)),
                ('sustained', models.PositiveSmallIntegerField(null=True)),
                ('sustainable', models.PositiveSmallIntegerField(null=True)),
                ('absence', models.CharField(blank=True, default='', max_length=30)),
                ('closes', models.DateField(null=True)),
                ('day', models.JSONField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='outcomes.cohortentry')),
            ],
        ),
        migrations.AddIndex(
            model_name='cohortentry',
            index=models.Index(fields=['origin', 'site'], name='cohort_entry_of_site'),
        ),
        migrations.AddConstraint(
            model_name='cohortconsent',
            constraint=models.UniqueConstraint(fields=('entry', 'since'), name='cohort_consent_once'),
        ),
        migrations.AddIndex(
            model_name='cohortoutcome',
            index=models.Index(fields=['clock', 'window', 'entry'], name='cohort_outcome_window'),
        ),
        migrations.AddConstraint(
            model_name='cohortoutcome',
            constraint=models.UniqueConstraint(fields=('entry', 'clock', 'window'), name='cohort_outcome_once'),
        ),
    ]
